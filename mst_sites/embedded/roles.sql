-- The three roles of MST Sites, what each may do, and the database.
--
-- Read by psql as a superuser: by ./run on its own server, by the tests, and by the
-- PostgreSQL container of docker-compose.yml. Safe to read again.
--
-- Taken from the environment: MST_OWNER_PASSWORD, MST_APP_PASSWORD, MST_BACKUP_PASSWORD (absent:
-- no password, for a socket that only one user can open) and MST_ENV (absent: production).

\set ON_ERROR_STOP on
\set QUIET on

\set environment production
\getenv environment MST_ENV
SELECT :'environment' IN ('development', 'test') AS may_create_databases \gset

-- mst_owner owns the tables and runs the migrations; row security holds for it too.
SELECT 'CREATE ROLE mst_owner' WHERE to_regrole('mst_owner') IS NULL \gexec
ALTER ROLE mst_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION NOCREATEDB;
\if :may_create_databases
ALTER ROLE mst_owner CREATEDB;
\endif

-- mst_app is who the web, the worker and the scheduler are: it owns nothing.
SELECT 'CREATE ROLE mst_app' WHERE to_regrole('mst_app') IS NULL \gexec
ALTER ROLE mst_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION NOCREATEDB;

-- mst_backup reads every row for pg_dump, and changes none.
SELECT 'CREATE ROLE mst_backup' WHERE to_regrole('mst_backup') IS NULL \gexec
ALTER ROLE mst_backup LOGIN NOSUPERUSER NOCREATEROLE BYPASSRLS NOREPLICATION NOCREATEDB;
ALTER ROLE mst_backup SET default_transaction_read_only = on;

-- The server's log says that a row was refused and by what, never what was in it: neither the statement nor the details.
-- Only a superuser may say so; where there is none, the server's own parameters must (docs/deploying.md).
SELECT current_setting('is_superuser') AS is_superuser \gset
\if :is_superuser
ALTER ROLE mst_owner SET log_min_error_statement = 'panic';
ALTER ROLE mst_owner SET log_error_verbosity = 'terse';
ALTER ROLE mst_app SET log_min_error_statement = 'panic';
ALTER ROLE mst_app SET log_error_verbosity = 'terse';
\endif

\getenv owner_password MST_OWNER_PASSWORD
\if :{?owner_password}
ALTER ROLE mst_owner PASSWORD :'owner_password';
\endif
\getenv app_password MST_APP_PASSWORD
\if :{?app_password}
ALTER ROLE mst_app PASSWORD :'app_password';
\endif
\getenv backup_password MST_BACKUP_PASSWORD
\if :{?backup_password}
ALTER ROLE mst_backup PASSWORD :'backup_password';
\endif

-- Default privileges belong to one database and are copied from the template, so they are set there:
-- every database made afterwards, the tests' included, has them from its first table on.
\connect template1
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE mst_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mst_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mst_owner IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO mst_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mst_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO mst_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE mst_owner IN SCHEMA public
    GRANT SELECT ON SEQUENCES TO mst_backup;

SELECT 'CREATE DATABASE mst OWNER mst_owner TEMPLATE template1'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mst') \gexec

-- Nobody else connects, and mst_app owns nothing in here, not even a temporary table.
REVOKE ALL ON DATABASE mst FROM PUBLIC;
GRANT CONNECT ON DATABASE mst TO mst_app, mst_backup;
