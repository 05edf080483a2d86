-- What each login may do. Applied by the owner after the migrations, each time; it starts from nothing.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs, audit, cases, public FROM :app:, :cases:, PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs, audit, cases, public FROM :app:, :cases:, PUBLIC;
REVOKE ALL ON SCHEMA org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs, audit, cases FROM :app:, :cases:, PUBLIC;

-- Training: everything but the cases. The schema version is readable, so that a server can refuse an old schema.
GRANT USAGE ON SCHEMA public, org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs, audit TO :app:;
GRANT SELECT ON public.bun_migrations TO :app:;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs TO :app:;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA audit TO :app:;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA org, auth, workshop, exam, certificate, survey, course, ingest, programme, jobs, audit TO :app:;

-- The queue's own tables are made after this file, by the same owner: what it makes there is given at once.
ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :app:;
ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT USAGE, SELECT ON SEQUENCES TO :app:;

-- Cases: its own schema, and of the training side only the version of the schema.
GRANT USAGE ON SCHEMA public, cases TO :cases:;
GRANT SELECT ON public.bun_migrations TO :cases:;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA cases TO :cases:;
REVOKE UPDATE, DELETE ON cases.audit, cases.seal, cases.publication, cases.event, cases.assessment FROM :cases:;
REVOKE DELETE ON cases.file, cases.glass FROM :cases:;
REVOKE UPDATE, DELETE ON cases.warrant FROM :cases:;
REVOKE UPDATE, DELETE ON cases.room, cases.bed, cases.stay, cases.incident, cases.incident_person FROM :cases:;
GRANT UPDATE (until_on, reason) ON cases.stay TO :cases:;
REVOKE UPDATE, DELETE ON cases.bed_rest FROM :cases:;
GRANT UPDATE (until_on, ended_by) ON cases.bed_rest TO :cases:;
REVOKE UPDATE, DELETE ON cases.alarm FROM :cases:;
GRANT UPDATE (seen_at, seen_by, wrapped, note) ON cases.alarm TO :cases:;
REVOKE INSERT, DELETE ON cases.guard FROM :cases:;
REVOKE UPDATE ON cases.glass FROM :cases:;
GRANT UPDATE (reviewed_at, reviewed_by, verdict, note) ON cases.glass TO :cases:;
GRANT UPDATE (suspended_at, resumed_by) ON cases.warrant TO :cases:;
REVOKE UPDATE, DELETE ON cases.handout, cases.handout_file FROM :cases:;
GRANT UPDATE (decided_by, decided_at, decision, expires_at, fetched_at, note, secret) ON cases.handout TO :cases:;
REVOKE INSERT, DELETE ON cases.scale FROM :cases:;
REVOKE DELETE ON cases.homecoming, cases.followup FROM :cases:;
REVOKE UPDATE, DELETE ON cases.attachment FROM :cases:;
GRANT UPDATE (state, locked_at, locked_by, reason) ON cases.attachment TO :cases:;
REVOKE UPDATE, DELETE ON cases.data_key FROM :cases:; -- a key that was written over is a key destroyed
REVOKE UPDATE, DELETE ON cases.erasure FROM :cases:;
GRANT UPDATE (state, released_at, released_by, until_on, minutes_on, minutes_at, minutes_by, mime, wrapped, body, minutes) ON cases.erasure TO :cases:;
REVOKE UPDATE, DELETE ON cases.request, cases.disclosure FROM :cases:;
REVOKE UPDATE, DELETE ON cases.import FROM :cases:;
GRANT UPDATE (state, outcome, withheld, answered_on, answered_by, answer) ON cases.request TO :cases:;
GRANT UPDATE (state, decided_at, decided_by, note, given_on, given) ON cases.disclosure TO :cases:;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA cases TO :cases:;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cases TO :cases:;
