"""Enquiries, the organisational change self-assessment, and the links to the feed of milestones."""

import django.db.models.deletion
import mst_sites.tenancy.models
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from mst_sites.tenancy.walls import SiteWall


# Anybody may ask; what was asked, and what was written about it, is for MST UK alone, whole scope, until it is a site
# (and then still: the site has its plan, not the enquiry).
WALLS = """
alter table implementation_enquiry enable row level security;
alter table implementation_enquiry force row level security;
create policy in_scope on implementation_enquiry
    using ((select mst_scope_is_whole()))
    with check ((select mst_scope_is_whole()) or site_id is null);
alter table implementation_enquirynote enable row level security;
alter table implementation_enquirynote force row level security;
create policy in_scope on implementation_enquirynote
    using ((select mst_scope_is_whole()))
    with check ((select mst_scope_is_whole()));
revoke update on implementation_enquirynote from mst_app;
"""
NO_WALLS = """
drop policy in_scope on implementation_enquiry;
drop policy in_scope on implementation_enquirynote;
"""

# The five subjects are published by MST UK (docs/glossary.md); the statements are this product's own words.
STATEMENTS = {
    "ROLES": (
        "It is written down what the MST team does for a family and what stays with other services.",
        "Everybody who works with the same families knows that MST leads the treatment while it lasts.",
        "Referrers know whom to call, and what happens after they have referred.",
    ),
    "WAYS_OF_WORKING": (
        "Contracts and job descriptions allow evening and weekend work and a share in the on-call rota.",
        "Line managers plan for flexible hours instead of working around them.",
        "Recruitment looks for people who want to work in a structured, supervised model.",
    ),
    "COSTS": (
        "The full cost of a team is known: posts, training, licence, travel, recordings and on-call.",
        "It is agreed who pays what, for how long, and when the next decision about money is taken.",
        "Nobody who refers is left worse off in their own budget for choosing MST.",
    ),
    "CULTURE": (
        "Staff expect to be recorded, coached and measured, and see what it is for.",
        "Senior managers speak about MST as part of what we do, not as a project.",
        "When a family does not engage, the first question is what we can do differently.",
    ),
    "GOVERNANCE": (
        "A multi-agency steering group meets regularly, and those who come can decide.",
        "The steering group sees figures on adherence and outcomes, and acts on them.",
        "Each agency has named one person who removes obstacles.",
    ),
}


def seed(apps, schema_editor):
    questionnaire = apps.get_model("implementation", "ChangeQuestionnaire").objects.create(
        number=1, published_at=timezone.now()
    )
    statement = apps.get_model("implementation", "ChangeStatement")
    texts = [(subject, text) for subject, texts in STATEMENTS.items() for text in texts]
    statement.objects.bulk_create(
        statement(questionnaire=questionnaire, subject=subject, position=position, text=text)
        for position, (subject, text) in enumerate(texts, 1)
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('implementation', '0004_nameless_histories'),
        ('tenancy', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeQuestionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('published_at', models.DateTimeField(verbose_name='published')),
            ],
        ),
        migrations.CreateModel(
            name='FeedKey',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made')),
            ],
        ),
        migrations.CreateModel(
            name='ChangeRound',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opened_on', models.DateField(verbose_name='opened')),
                ('closes_on', models.DateField(verbose_name='open until')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='implementation.changequestionnaire')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='ChangeAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('PROVIDER', 'Provider'), ('COMMISSIONER', 'Commissioner'), ('PARTNERS', 'Partners')], max_length=12, verbose_name='for')),
                ('scores', models.JSONField(default=dict)),
                ('answered_at', models.DateTimeField(verbose_name='answered')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('round', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='implementation.changeround')),
            ],
        ),
        migrations.CreateModel(
            name='ChangeStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('ROLES', 'Roles and responsibilities'), ('WAYS_OF_WORKING', 'New ways of working'), ('COSTS', 'Cost implications'), ('CULTURE', 'Culture among staff'), ('GOVERNANCE', 'Governance')], max_length=16, verbose_name='subject')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('text', models.CharField(max_length=300, verbose_name='statement')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='implementation.changequestionnaire')),
            ],
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('contact_name', models.CharField(max_length=120, verbose_name='name')),
                ('organisation', models.CharField(max_length=120, verbose_name='organisation')),
                ('role', models.CharField(blank=True, max_length=120, verbose_name='role')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('nation', models.CharField(choices=[('ENGLAND', 'England'), ('WALES', 'Wales'), ('SCOTLAND', 'Scotland'), ('NORTHERN_IRELAND', 'Northern Ireland'), ('IRELAND', 'Republic of Ireland')], max_length=20, verbose_name='nation')),
                ('area', models.CharField(max_length=120, verbose_name='area')),
                ('model', models.CharField(blank=True, choices=[('standard', 'Standard MST'), ('can', 'MST-CAN (child abuse and neglect)'), ('psb', 'MST-PSB (problem sexual behaviour)'), ('fit', 'MST-FIT (family integrated transitions)'), ('bsf', 'MST-BSF (building stronger families)'), ('e', 'MST-E (exploitation)'), ('sa', 'MST-SA (substance abuse)'), ('ea', 'MST-EA (emerging adults)')], max_length=12, verbose_name='MST model')),
                ('need', models.TextField(max_length=3000, verbose_name='what is needed')),
                ('identifier_reason', models.CharField(blank=True, max_length=200)),
                ('heard', models.CharField(blank=True, choices=[('COLLEAGUE', 'A colleague or another area'), ('MST_TEAM', 'A team that works with MST'), ('WEB', 'The web'), ('EVENT', 'A conference or an event'), ('RESEARCH', 'Research or a guideline'), ('COMMISSIONER', 'A commissioner or a funder'), ('OTHER', 'Something else')], max_length=14, verbose_name='how they heard')),
                ('language', models.CharField(choices=[('en-gb', 'English'), ('cy', 'Welsh')], default='en-gb', max_length=10, verbose_name='language')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('OPEN', 'Open'), ('CLOSED', 'Closed')], default='OPEN', max_length=6, verbose_name='state')),
                ('first_answered_on', models.DateField(blank=True, null=True, verbose_name='first answered on')),
                ('outcome', models.CharField(blank=True, choices=[('PROCEED', 'Became a site'), ('NOT_A_FIT', 'Not a fit for MST'), ('WITHDRAWN', 'Withdrawn by whoever asked'), ('DUPLICATE', 'Duplicate of another enquiry'), ('PASSED_ON', 'Passed to another network partner'), ('NO_REPLY', 'No reply from whoever asked')], max_length=10, verbose_name='outcome')),
                ('outcome_reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('version', models.PositiveIntegerField(default=1)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='implementation.enquiry')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='EnquiryNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(max_length=5000, verbose_name='note')),
                ('written_at', models.DateTimeField(verbose_name='written')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='implementation.enquiry')),
            ],
        ),
        migrations.AddIndex(
            model_name='changeround',
            index=models.Index(models.F('site'), models.F('opened_on'), name='change_round_of_site'),
        ),
        migrations.AddConstraint(
            model_name='changeround',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('site',), name='change_round_open_once_per_site', violation_error_message='A round is open already: close it first.'),
        ),
        migrations.AddConstraint(
            model_name='changeround',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opened_on'))), name='change_round_closes_after_it_opens', violation_error_message='A round cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='changeanswer',
            constraint=models.UniqueConstraint(models.F('site'), models.F('round'), models.F('person'), name='change_answer_once_per_person', violation_error_message='You have answered in this round already.'),
        ),
        migrations.AddConstraint(
            model_name='changestatement',
            constraint=models.UniqueConstraint(models.F('questionnaire'), models.F('position'), name='change_statement_has_its_place'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(models.F('state'), models.OrderBy(models.F('received_at'), descending=True), name='enquiry_by_state'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(models.F('closed_at'), name='enquiry_by_end'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', ''), ('state', 'OPEN')), models.Q(('closed_at__isnull', False), ('state', 'CLOSED'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='enquiry_closed_has_its_outcome', violation_error_message='Choose what became of the enquiry.'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'PROCEED'), ('site__isnull', False)), models.Q(models.Q(('outcome', 'PROCEED'), _negated=True), ('site', None)), _connector='OR'), name='enquiry_that_proceeds_names_its_site'),
        ),
        migrations.AddIndex(
            model_name='enquirynote',
            index=models.Index(models.F('enquiry'), models.F('written_at'), name='enquiry_note_of_enquiry'),
        ),
        SiteWall("ChangeRound"),
        SiteWall("ChangeAnswer"),
        migrations.RunSQL(WALLS, NO_WALLS),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
