"""The strict headers that every answer carries, whatever its status and whoever made it."""

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Over https alone: in the tests where it is asked for, in production everywhere.
HSTS = "max-age=31536000; includeSubDomains; preload"
OFF = ("camera", "geolocation", "microphone", "payment", "usb")


def faults_of(response, *, kept=False, https=False):
    """Say in words which headers are wrong; `kept` for files that are the same for everybody."""
    if response.headers.get("Strict-Transport-Security") != (HSTS if https else None):
        yield f"Strict-Transport-Security: {response.headers.get('Strict-Transport-Security')}"
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    if policy != CSP:
        yield f"Content-Security-Policy: {policy}"
    for name, value in EXACTLY.items():
        if response.headers.get(name) != value:
            yield f"{name}: {response.headers.get(name)}"
    features = response.headers.get("Permissions-Policy", "")
    for feature in OFF:
        if f"{feature}=()" not in features:
            yield f"Permissions-Policy leaves {feature}"
    if (response.headers.get("Cache-Control") == "no-store") == kept:
        yield f"Cache-Control: {response.headers.get('Cache-Control')}"
    for told in ("Server", "X-Powered-By"):
        if told in response.headers:
            yield f"{told} tells what answers"
