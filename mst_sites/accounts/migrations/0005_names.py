"""Names in one line, without invisible signs."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_user_version'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='full_name',
            field=models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+\\Z', 'Write a name in one line, without invisible signs.')], verbose_name='full name'),
        ),
    ]
