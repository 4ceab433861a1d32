"""Days that are worked out, or were planned before, are nobody's to type; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0016_starting_figures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='openingchange',
            name='old_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='plan',
            name='next_due_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='next due'),
        ),
        migrations.AlterField(
            model_name='plan',
            name='turn_since',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='since'),
        ),
    ]
