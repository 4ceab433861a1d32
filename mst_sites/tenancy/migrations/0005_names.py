"""Names in one line, without invisible signs; an address that is taken by a page says so."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0004_closed_sites'),
    ]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='name',
            field=models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+\\Z', 'Write a name in one line, without invisible signs.')], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='site',
            name='name',
            field=models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+\\Z', 'Write a name in one line, without invisible signs.')], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='site',
            name='slug',
            field=models.CharField(error_messages={'unique': 'Another site has this address already.'}, max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'Use small letters, digits and single hyphens, such as afon-valley.'), django.core.validators.RegexValidator('^new\\Z', '“new” is the address of the page that adds one. Choose another.', inverse_match=True)], verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='team',
            name='name',
            field=models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+\\Z', 'Write a name in one line, without invisible signs.')], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='team',
            name='slug',
            field=models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*\\Z', 'Use small letters, digits and single hyphens, such as afon-valley.'), django.core.validators.RegexValidator('^new\\Z', '“new” is the address of the page that adds one. Choose another.', inverse_match=True)], verbose_name='address'),
        ),
    ]
