"""Keep hashes of the recovery codes that people have on paper, and no longer what they can be made from."""

from cryptography.fernet import InvalidToken
from django.db import migrations

from mst_sites.accounts.recovery_codes import hashed


def hash_codes(apps, schema_editor):
    """Each code works as before; a row of a lost SECRET_KEY, whose codes work no more, says that none is left."""
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes"):
        if "hashes" in row.data:
            continue
        try:
            row.data = hashed(row.data, user_id=row.user_id)
        except InvalidToken:
            print(f"Recovery codes of {row.user_id} were written with another SECRET_KEY: none left.")
            row.data = {"hashes": []}
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]
    # There is no way back: that is what a hash is for.
    operations = [migrations.RunPython(hash_codes)]
