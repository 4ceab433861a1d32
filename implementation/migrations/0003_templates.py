"""What MST UK starts from: the activities of standard MST (docs/glossary.md names the sources)."""

from typing import Any, NamedTuple

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from django.apps.registry import Apps


class Step(NamedTuple):
    """One activity; days and what it waits for are planning defaults that MST UK edits in the browser."""

    code: str
    area: str
    lead: str
    title: str
    evidence: str
    days: int
    waits_for: str
    sic_stage: int
    purpose: str


STEPS = (
    Step("A1", "STAKEHOLDERS", "MST_UK", "Enquiry logged, contact named", "note", 7, "", 1,
         "Everything begins with one named person in the locality. Without one, nobody can be called back."),
    Step("A2", "FIDELITY", "MST_UK", "Overview information sent", "document", 14, "A1", 1,
         "What MST is, whom it helps and what it asks of an agency, so that a poor fit is seen early and honestly."),
    Step("B1", "NEEDS", "COMMISSIONER", "Number of eligible young people counted", "data sheet", 45, "A2", 2,
         "A team needs enough families every year. The figures come from the needs analysis."),
    Step("B2", "NEEDS", "COMMISSIONER", "Existing services mapped; gap stated", "document", 30, "A2", 2,
         "What is there already, for whom, and what it leaves open."),
    Step("B3", "FUNDING", "COMMISSIONER", "Funding source and period confirmed", "letter", 45, "B1", 2,
         "A letter or a contract that names the money and its term. Recruiting people needs more than hope."),
    Step("B4", "FUNDING", "COMMISSIONER", "Disincentives checked", "note", 14, "B3", 2,
         "Does a referrer pay for MST but not for a placement? Then placements look cheaper than they are."),
    Step("B5", "FIDELITY", "MST_UK", "Programme requirements shared with the provider", "acknowledgement", 14, "A2", 2,
         "Team size, caseload, supervision, consultation and on-call are conditions of the licence; the provider says that it knows them."),
    Step("B6", "FUNDING", "COMMISSIONER", "Go or no-go decision", "minute, decision-maker, date", 14, "B2 B3 B4 B5", 2,
         "One meeting, one minute, one answer."),
    Step("C1", "STAKEHOLDERS", "PROVIDER", "Affected agencies listed", "stakeholder map", 21, "B6", 3,
         "Schools, social services, youth justice, health, police, magistrates: whoever refers, or works beside the team."),
    Step("C2", "STAKEHOLDERS", "PROVIDER", "Written support of the agencies", "signed file", 42, "C1", 3,
         "Memoranda on collaboration, referrals and funding."),
    Step("C3", "STAKEHOLDERS", "PROVIDER", "Agreement that MST takes the clinical lead", "signed file", 42, "C1", 3,
         "While a family is with MST, one service leads its treatment; statutory duties stay where they are."),
    Step("C4", "STAKEHOLDERS", "COMMISSIONER", "Steering group set up, terms of reference agreed", "document", 42, "C1", 3,
         "A multi-agency group that governs the service, meets regularly and can decide."),
    Step("C5", "FIDELITY", "PROVIDER", "Referral sources, volume, procedure and criteria", "Goals and Guidelines section", 42, "C1", 3,
         "Who may refer whom, how, and how many are expected."),
    Step("C6", "FIDELITY", "PROVIDER", "Exclusions confirmed", "Goals and Guidelines section", 42, "C1", 3,
         "For whom MST is not the right treatment, in writing."),
    Step("C7", "QUALITY", "PROVIDER", "Data monitoring and evaluation plan", "Goals and Guidelines section", 42, "C5", 3,
         "Which figures are collected, by whom, and who receives them."),
    Step("C8", "RECRUITMENT", "PROVIDER", "Job descriptions, person specifications, on-call terms agreed", "documents", 42, "B6", 3,
         "On-call and flexible hours belong in the contract from the first advert."),
    Step("D1", "FIDELITY", "PROVIDER", "Final Goals and Guidelines approved and signed", "signed version", 30, "C2 C3 C4 C5 C6 C7", 3,
         "The local document that everybody works by."),
    Step("D2", "FIDELITY", "MST_UK", "Site Readiness Review held", "minutes, attendance", 14, "D1", 3,
         "A day on site on which the set-up is looked at as a whole."),
    Step("D3", "STAKEHOLDERS", "MST_UK", "MST presented to local agencies", "attendance list", 14, "D1", 3,
         "Part of the review: those who will refer hear what MST is from MST UK."),
    Step("D4", "FIDELITY", "MST_UK", "Readiness report issued", "report", 14, "D2", 3,
         "Confirms that the set-up meets the requirements of the licence, or says what is missing."),
    Step("D5", "FIDELITY", "PROVIDER", "Actions of the readiness review closed", "action log", 42, "D4", 3,
         "Opening waits for the conditions; recruitment does not."),
    Step("E1", "RECRUITMENT", "PROVIDER", "Supervisor appointed", "start date", 84, "C8", 4,
         "The clinical lead of the team; begins before the therapists where possible."),
    Step("E2", "RECRUITMENT", "PROVIDER", "Therapists appointed", "start dates", 98, "C8", 4,
         "Three or four therapists make a team of standard MST."),
    Step("E3", "RECRUITMENT", "PROVIDER", "Administrator and back-up supervisor appointed", "start dates", 98, "C8", 4,
         "The back-up supervisor covers leave and helps with on-call."),
    Step("E4", "RECRUITMENT", "MST_UK", "Five-day orientation complete for everybody", "certificates", 21, "E1 E2 D2", 4,
         "All therapists and supervisors, after the readiness review and with the team in place."),
    Step("E5", "RECRUITMENT", "MST_UK", "Supervisor orientation complete", "certificate", 21, "E1 D2", 4,
         "Two further days for the supervisor."),
    Step("E6", "RECRUITMENT", "PROVIDER", "On-call rota published", "rota", 14, "E2 E3", 4,
         "A family can reach its team at any hour of any day."),
    Step("E7", "QUALITY", "MST_UK", "Consultant assigned; data website set up", "name, date", 21, "D2", 5,
         "Weekly consultation and adherence data begin with the first family."),
    Step("F1", "QUALITY", "PROVIDER", "First referral accepted, first family starts", "date", 14, "D5 E4 E5 E6 E7", 6,
         "The day on which the service is there for somebody."),
    Step("F2", "QUALITY", "MST_UK", "First consultation", "date", 7, "F1", 6,
         "The first weekly call of the consultant with the team."),
    Step("F3", "QUALITY", "MST_UK", "First booster", "date", 90, "F1", 7,
         "Quarterly training, tailored to what the team needs."),
    Step("F4", "QUALITY", "MST_UK", "First Performance Implementation Review", "PDF", 183, "F1", 7,
         "The first six-monthly report to senior managers and the steering group."),
)  # fmt: skip


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    template: Any = apps.get_model("implementation", "PlanTemplate")
    activity: Any = apps.get_model("implementation", "TemplateActivity")
    standard = template.objects.create(
        name="Site development, standard MST",
        model="standard",
        state="PUBLISHED",
        published_at=timezone.now(),
    )
    activity.objects.bulk_create(
        activity(
            template=standard,
            code=step.code,
            stage=step.code[0],
            area=step.area,
            lead=step.lead,
            title=step.title,
            purpose=step.purpose,
            evidence=step.evidence,
            duration_days=step.days,
            depends_on=step.waits_for.split(),
            sic_stage=step.sic_stage,
            position=position,
        )
        for position, step in enumerate(STEPS)
    )


class Migration(migrations.Migration):
    dependencies = [("implementation", "0002_walls")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
