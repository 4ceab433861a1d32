"""Editions of the figures that scenarios start from, the first as the product began with it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# As they stood in the code; see there for what is known about each.
FIGURES = {
    'utilisation': {
        'value': '60',
        'source': 'Places in use: in Essex each therapist works with about ten families a year, two thirds of what the American planning figures give, and the years since the start come to 34 families a team (56 per cent).',
        'address': 'http://www.mstuk.org/evaluation-multisystemic-therapy-service-essex-report-findings-july-2019',
    },
    'acceptance': {
        'value': '49.4',
        'source': 'Families that take part: 49 per cent of those referred in Manchester.',
        'address': 'https://slideplayer.com./slide/14117032',
    },
    'models': {
        'standard': {
            'therapists': '4',
            'caseload': '5',
            'months': '4',
            'source': 'Four therapists, five families each, about four months: the American planning figures.',
            'address': 'https://www.blueprintsprograms.org/program-costs/multisystemic-therapy-mst',
        },
        'can': {
            'therapists': '3',
            'caseload': '4',
            'months': '7.5',
            'source': 'Six to nine months of treatment, taken in the middle. Three therapists with four families each are an assumption, borrowed from MST-BSF.',
            'address': 'https://slam.nhs.uk/service-detail/service/multisystemic-therapy-national-service-mstuk-221',
        },
        'psb': {
            'therapists': '4',
            'caseload': '4',
            'months': '6',
            'source': 'Five to seven months of treatment, taken in the middle. Four therapists with four families each are an assumption: published is only that the families are few.',
            'address': 'http://www.mstuk.org/what-mst/mst-adaptations',
        },
        'fit': {
            'therapists': '4',
            'caseload': '4',
            'months': '7.5',
            'source': 'Three to four months before the return home and four after it. Four therapists with four families each are an assumption.',
            'address': 'http://www.mstuk.org/what-mst/mst-adaptations',
        },
        'bsf': {
            'therapists': '3',
            'caseload': '4',
            'months': '7.5',
            'source': 'Three therapists with at most four families each. The length is an assumption, borrowed from MST-CAN: none was published.',
            'address': 'https://www.cebc4cw.org/program/multisystemic-therapy-building-stronger-families/',
        },
        'e': {
            'therapists': '4',
            'caseload': '5',
            'months': '4',
            'source': 'An assumption: as standard MST, because nothing was published for this model.',
            'address': '',
        },
        'sa': {
            'therapists': '4',
            'caseload': '5',
            'months': '4',
            'source': 'An assumption: as standard MST, because nothing was published for this model.',
            'address': '',
        },
        'ea': {
            'therapists': '4',
            'caseload': '5',
            'months': '4',
            'source': 'An assumption: as standard MST, because nothing was published for this model.',
            'address': '',
        },
    },
}
FROZEN = """
create trigger capacity_defaults_are_final before update or delete on implementation_capacitydefaults
    for each row when (old.published_at is not null) execute function mst_refuse_change();
create trigger capacity_defaults_are_not_truncated before truncate on implementation_capacitydefaults
    for each statement execute function mst_refuse_change();
"""
NOT_FROZEN = """
drop trigger capacity_defaults_are_not_truncated on implementation_capacitydefaults;
drop trigger capacity_defaults_are_final on implementation_capacitydefaults;
"""


def write_first(apps, schema_editor):
    apps.get_model("implementation", "CapacityDefaults").objects.create(
        number=1, published_at=timezone.now(), figures=FIGURES
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('implementation', '0015_change_editions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CapacityDefaults',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='edition')),
                ('what_changed', models.TextField(blank=True, max_length=2000, verbose_name='what changed')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('version', models.PositiveIntegerField(default=1)),
                ('figures', models.JSONField(default=dict)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='capacityscenario',
            name='started_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='implementation.capacitydefaults'),
        ),
        migrations.AddConstraint(
            model_name='capacitydefaults',
            constraint=models.UniqueConstraint(fields=('published_at',), name='capacitydefaults_has_one_draft', nulls_distinct=False, violation_error_message='There is a draft already.'),
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
        migrations.RunPython(write_first, migrations.RunPython.noop),
    ]
