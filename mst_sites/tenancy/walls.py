"""The second wall: row-level security and same-site references, laid by the migration that creates a table."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

# Sub-selects make PostgreSQL ask once a statement instead of once a row, and the second one becomes a hash table:
# somebody with 600 sites costs each row one look-up, not 600 comparisons (docs/decisions, two walls).
IN_SCOPE = (
    "(select mst_scope_is_whole()) or {column} in (select unnest((select mst_scope_sites())))"
)

# PostgreSQL looks through the rows that a new reference will hold, as the owner, whom the walls hold too.
SEE_ALL = "select set_config('mst.scope', 'whole', true)"


def policy_statements(table: str, *, column: str = "site_id", also_read: str = "") -> list[str]:
    """Return the SQL that shows a table's rows only to those in whose scope they are.

    :param also_read: a further condition under which a row may be read, not written.
    """
    inside = IN_SCOPE.format(column=column)
    using = f"({also_read}) or ({inside})" if also_read else inside
    return [
        f'alter table "{table}" enable row level security',
        f'alter table "{table}" force row level security',
        f'create policy in_scope on "{table}" using ({using}) with check ({inside})',
    ]


def reference_statements(model: Any) -> list[str]:
    """Return the SQL that keeps every reference of a table within one site."""
    # Late, because migrations import this module before the apps are ready.
    from mst_sites.tenancy.models import SiteForeignKey  # noqa: PLC0415 - app registry not ready

    table = model._meta.db_table
    statements = [f'alter table "{table}" add constraint "{table}_site_row" unique (site_id, id)']
    for field in model._meta.local_fields:
        if isinstance(field, SiteForeignKey):
            statements += reference_statement(
                table, field.column, field.related_model._meta.db_table
            )
    return statements


def reference_statement(table: str, column: str, to: str) -> list[str]:
    name = f"{table}_{column}_same_site"[:63]
    return [
        (
            f'alter table "{table}" add constraint "{name}" '
            f'foreign key (site_id, "{column}") references "{to}" (site_id, id) '
            "deferrable initially immediate"
        )
    ]


class SiteWall(Operation):
    """Lay both walls of the table of one `SiteOwned` model. Put it after the model and its references exist."""

    reversible = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str, also_read: str = "") -> None:
        self.model_name = model_name
        self.also_read = also_read

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: walls are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        statements = policy_statements(model._meta.db_table, also_read=self.also_read)
        for statement in [SEE_ALL, *statements, *reference_statements(model)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do nothing: the walls go with the table."""

    def describe(self) -> str:
        return f"Lay the site wall of {self.model_name}"


class SiteReference(Operation):
    """Hold one reference, added to a table that has its wall already, within one site."""

    reversible = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name = model_name
        self.field_name = field_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: walls are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.field_name)
        statements = reference_statement(
            model._meta.db_table, field.column, field.related_model._meta.db_table
        )
        for statement in [SEE_ALL, *statements]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do nothing: the reference goes with its column."""

    def describe(self) -> str:
        return f"Hold {self.model_name}.{self.field_name} within one site"
