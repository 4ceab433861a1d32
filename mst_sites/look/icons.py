"""The icons, drawn here on a 20 by 20 grid; shape carries the meaning, colour only repeats it."""

from collections.abc import Iterable

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

LINE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
DISC = '<circle cx="10" cy="10" r="8.5" fill="currentColor"/>'
ON = 'fill="none" stroke="var(--icon-ground, #fff)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

ICONS = {
    "arrows": f'<path {LINE} d="M3 7h12l-3-3M17 13H5l3 3"/>',
    "bang": f'{DISC}<path {ON} d="M10 5.5v5.5M10 14.25v.1"/>',
    "calendar": f'<path {LINE} d="M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3"/>',
    "caret": f'<path {LINE} d="m4 7 6 6 6-6"/>',
    "check": f'{DISC}<path {ON} d="m6 10.5 2.8 2.7L14 7.5"/>',
    "circle": f'<circle cx="10" cy="10" r="7.5" {LINE} stroke-dasharray="3 3"/>',
    "clock": f'<circle cx="10" cy="10" r="7.5" {LINE}/><path {LINE} d="M10 5.75V10l3 2"/>',
    "cross": '<path fill="currentColor" d="M6.5 1.5h7l5 5v7l-5 5h-7l-5-5v-7z"/>'
    f'<path {ON} d="m7 7 6 6M13 7l-6 6"/>',
    "dash": f'<circle cx="10" cy="10" r="7.5" {LINE}/><path {LINE} d="M7 10h6"/>',
    "down": f'<path {LINE} d="M10 4v12m-4.5-4.5L10 16l4.5-4.5"/>',
    "download": f'<path {LINE} d="M10 3v9m-3.5-3.5L10 12l3.5-3.5M3.5 16.5h13"/>',
    "file": f'<path {LINE} d="M5 2.5h6.5L15.5 6.5v11H5zM11 2.5v4.5h4.5"/>',
    "half": f'<circle cx="10" cy="10" r="7.5" {LINE}/><path fill="currentColor" d="M10 2.5a7.5 7.5 0 0 1 0 15z"/>',
    "home": f'<path {LINE} d="M3 9.5 10 3.5l7 6M5 8v8.5h10V8"/>',
    "info": f'{DISC}<path {ON} d="M10 9v5.5M10 5.75v.1"/>',
    "leave": f'<path {LINE} d="M8 3.5H3.5v13H8M8 10h8.5m-3.5-3.5 3.5 3.5-3.5 3.5"/>',
    "lock": f'<path {LINE} d="M4.5 9h11v8h-11zM7 9V6a3 3 0 0 1 6 0v3"/>',
    "next": f'<path {LINE} d="M4 10h12m-4.5-4.5L16 10l-4.5 4.5"/>',
    "pencil": f'<path {LINE} d="m3.5 16.5.9-3.7L13 4.2l2.8 2.8-8.6 8.6z"/>',
    "person": f'<circle cx="10" cy="6.5" r="3.25" {LINE}/>'
    f'<path {LINE} d="M3.5 17c.6-4 3-5.75 6.5-5.75s5.9 1.75 6.5 5.75"/>',
    "plus": f'<path {LINE} d="M10 4v12M4 10h12"/>',
    "previous": f'<path {LINE} d="M16 10H4m4.5-4.5L4 10l4.5 4.5"/>',
    "search": f'<circle cx="8.5" cy="8.5" r="5.25" {LINE}/><path {LINE} d="m12.5 12.5 4.5 4.5"/>',
    "slash": f'<circle cx="10" cy="10" r="7.5" {LINE}/><path {LINE} d="m5 15 10-10"/>',
    "sort": f'<path {LINE} d="m6.5 7.5 3.5-4 3.5 4M6.5 12.5l3.5 4 3.5-4"/>',
    "stop": f'<path fill="currentColor" d="M3 3h14v14H3z"/><path {ON} d="M6.5 10h7"/>',
    "triangle": '<path fill="currentColor" d="M10 1.75 19 17.5H1z"/>'
    f'<path {ON} d="M10 7v4.75M10 14.5v.1"/>',
    "up": f'<path {LINE} d="M10 16V4M5.5 8.5 10 4l4.5 4.5"/>',
}


def draw(name: str, *, css: str = "") -> SafeString:
    """Draw an icon that assistive technology leaves out: a word stands beside every icon.

    :raises KeyError: there is no such icon.
    """
    if name not in ICONS:
        raise KeyError(name)
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {css}" if css else "",
        static("img/icons.svg"),
        name,
    )


def draw_from_page(name: str) -> SafeString:
    """Draw an icon out of `symbols` on the same page: half as long, where a page has hundreds.

    :raises KeyError: there is no such icon.
    """
    if name not in ICONS:
        raise KeyError(name)
    return format_html('<svg aria-hidden="true"><use href="#{}"/></svg>', f"i{name}")


def symbols(names: Iterable[str]) -> SafeString:
    """Write icons once, unseen, for `draw_from_page`."""
    drawings = (
        format_html(
            '<symbol id="i{}" viewBox="0 0 20 20">{}</symbol>', name, SafeString(ICONS[name])
        )
        for name in names
    )
    return format_html("<svg hidden>{}</svg>", SafeString("".join(drawings)))


def sheet() -> str:
    """Write static/img/icons.svg, which browsers load once: a test holds the file to this."""
    symbols = "\n".join(
        f'<symbol id="{name}" viewBox="0 0 20 20">{drawing}</symbol>'
        for name, drawing in sorted(ICONS.items())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'
