-- The wall around the case files: who acts is said by settings of the transaction (cases.actor and so on), and every table is
-- under forced row-level security that reads them. An unset setting sees nothing. Text that could name a person is sealed with
-- the data key of its case, which is itself wrapped by a key outside the database.
CREATE FUNCTION cases.ids(setting text) RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_to_array(nullif(current_setting(setting, true), ''), ',')::uuid[], '{}'::uuid[])
$$;
CREATE FUNCTION cases.actor() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('cases.actor', true), '')::uuid
$$;
CREATE FUNCTION cases.flag(setting text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting(setting, true), '') = 'on'
$$;
CREATE FUNCTION cases.clock() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('cases.now', true), '')::timestamptz, now())
$$;

-- A file opened in an emergency by somebody outside its circle: one case, a reason, an end, and a review.
CREATE TABLE cases.glass (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL,
  owner_id    uuid NOT NULL,
  person_id   uuid NOT NULL,
  reason      bytea NOT NULL,          -- sealed
  opened_at   timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  reviewed_at timestamptz,
  reviewed_by uuid,
  verdict     text CHECK (verdict IN ('justified', 'unjustified')),
  CHECK (expires_at <= opened_at + interval '60 minutes'),
  CHECK (reviewed_by IS DISTINCT FROM person_id),
  CHECK ((reviewed_at IS NULL) = (verdict IS NULL))
);
CREATE INDEX glass_case_idx ON cases.glass (case_id, person_id);

CREATE TABLE cases.file (
  id          uuid PRIMARY KEY,
  key         uuid NOT NULL,           -- made by the browser: a repeated form makes one file
  code        text NOT NULL UNIQUE,    -- C-7K3Q9XWB
  owner_id    uuid NOT NULL,           -- the shelter or organisation that keeps the file
  worker_id   uuid,                    -- who follows it at present
  opened_by   uuid NOT NULL,
  opened_at   timestamptz NOT NULL,
  state       text NOT NULL CHECK (state IN ('reported', 'assessment', 'assistance', 'reintegration', 'follow_up', 'closed')),
  status      text NOT NULL CHECK (status IN ('detected', 'presumed', 'identified')),
  sex         text NOT NULL CHECK (sex IN ('f', 'm', 'unknown')),
  age_band    text NOT NULL CHECK (age_band IN ('0-11', '12-17', '18-25', '26-40', '41+', 'unknown')),
  nationality text NOT NULL CHECK (nationality IN ('tn', 'africa', 'arab', 'other', 'unknown')),
  form        text NOT NULL,           -- form of exploitation, of a list in the program
  governorate text NOT NULL DEFAULT '' CHECK (governorate ~ '^(TN-[0-9]{2})?$'),
  source      text NOT NULL,           -- who reported
  reported_on date NOT NULL,
  guardian_suspected boolean NOT NULL DEFAULT false,
  demo        boolean NOT NULL DEFAULT false, -- invented
  notice_on   date,                    -- notice to the Instance
  identified_by text CHECK (identified_by IN ('instance', 'interior_unit')),
  identified_on date,
  references_sealed bytea,             -- the authorities' references
  alias       bytea NOT NULL,          -- sealed: the name used within the team
  identity    bytea NOT NULL,          -- sealed
  narrative   bytea NOT NULL,          -- sealed
  risk        text CHECK (risk IN ('low', 'medium', 'high', 'extreme')),
  review_on   date,                    -- when the risk must be looked at again
  plan_approved_at timestamptz,
  plan_approved_by uuid,
  closed_on   date,
  closure_reason text,
  version     bigint NOT NULL DEFAULT 1,
  UNIQUE (opened_by, key),
  CHECK ((status = 'identified') = (identified_by IS NOT NULL)),
  CHECK ((identified_by IS NULL) = (identified_on IS NULL)),
  CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
  CHECK ((closed_on IS NULL) = (closure_reason IS NULL))
);
CREATE INDEX file_owner_idx ON cases.file (owner_id, opened_at DESC);
CREATE INDEX file_opened_idx ON cases.file (opened_at DESC);
CREATE INDEX file_worker_idx ON cases.file (worker_id);

-- Data keys, wrapped; a destroyed key leaves its row and no key.
CREATE TABLE cases.data_key (
  case_id uuid NOT NULL REFERENCES cases.file,
  version int NOT NULL,
  wrapped bytea NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, version)
);

-- Keyed digests of names, documents and telephone numbers, for exact search within one's own scope.
CREATE TABLE cases.blind (
  case_id uuid NOT NULL REFERENCES cases.file,
  kind    text NOT NULL CHECK (kind IN ('name', 'document', 'phone')),
  digest  bytea NOT NULL,
  PRIMARY KEY (case_id, kind, digest)
);
CREATE INDEX blind_digest_idx ON cases.blind (digest);

-- Every entry a person made about a case says when it was made and from whom the information came. "key" makes it once.
CREATE TABLE cases.element (
  case_id uuid NOT NULL REFERENCES cases.file,
  kind    text NOT NULL CHECK (kind IN ('act', 'means', 'purpose')),
  item    text NOT NULL,
  status  text NOT NULL CHECK (status IN ('established', 'not_established', 'unknown')),
  source  text NOT NULL,
  at      timestamptz NOT NULL,
  by_id   uuid NOT NULL,
  PRIMARY KEY (case_id, kind, item)
);

CREATE TABLE cases.indicator (
  case_id uuid NOT NULL REFERENCES cases.file,
  item    text NOT NULL,
  source  text NOT NULL,
  at      timestamptz NOT NULL,
  by_id   uuid NOT NULL,
  PRIMARY KEY (case_id, item)
);

CREATE TABLE cases.event (
  id      uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases.file,
  at      timestamptz NOT NULL,
  by_id   uuid NOT NULL,
  kind    text NOT NULL,
  detail  jsonb NOT NULL DEFAULT '{}', -- states, codes and counts only
  note    bytea                        -- sealed
);
CREATE INDEX event_case_idx ON cases.event (case_id, at);
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON cases.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TABLE cases.assessment (
  id        uuid PRIMARY KEY,
  case_id   uuid NOT NULL REFERENCES cases.file,
  key       uuid NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('needs', 'risk', 'best_interest')),
  level     text CHECK (level IN ('low', 'medium', 'high', 'extreme')),
  review_on date,
  at        timestamptz NOT NULL,
  by_id     uuid NOT NULL,
  body      bytea NOT NULL,            -- sealed
  UNIQUE (case_id, key),
  CHECK ((kind = 'risk') = (level IS NOT NULL)),
  CHECK (kind <> 'risk' OR review_on IS NOT NULL)
);
CREATE TRIGGER assessment_append_only BEFORE UPDATE OR DELETE ON cases.assessment FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Goals of the plan. The share of goals met is met / (all - not applicable), undefined when there is none.
CREATE TABLE cases.goal (
  id      uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases.file,
  key     uuid NOT NULL,
  domain  text NOT NULL,
  state   text NOT NULL CHECK (state IN ('open', 'met', 'not_met', 'not_applicable')),
  due_on  date,
  at      timestamptz NOT NULL,
  by_id   uuid NOT NULL,
  body    bytea NOT NULL,              -- sealed
  UNIQUE (case_id, key)
);

-- A service from the need to its outcome. "unavailable" keeps an unmet need in sight.
CREATE TABLE cases.service (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL REFERENCES cases.file,
  key         uuid NOT NULL,
  type        text NOT NULL,           -- as medical.emergency; of a list in the program
  state       text NOT NULL CHECK (state IN ('requested', 'planned', 'provided', 'unavailable', 'cancelled')),
  provider_id uuid,
  due_on      date,
  provided_on date,
  cost_millimes bigint NOT NULL DEFAULT 0 CHECK (cost_millimes >= 0),
  outcome     text,
  lack        text,                    -- why it was unavailable
  at          timestamptz NOT NULL,
  by_id       uuid NOT NULL,
  done_by     uuid,
  body        bytea NOT NULL,          -- sealed
  UNIQUE (case_id, key),
  CHECK ((state = 'provided') = (provided_on IS NOT NULL)),
  CHECK ((state = 'unavailable') = (lack IS NOT NULL))
);
CREATE INDEX service_case_idx ON cases.service (case_id);

CREATE TABLE cases.task (
  id        uuid PRIMARY KEY,
  case_id   uuid NOT NULL REFERENCES cases.file,
  key       uuid NOT NULL,
  kind      text NOT NULL,
  due_on    date NOT NULL,
  done_at   timestamptz,
  done_by   uuid,
  at        timestamptz NOT NULL,
  by_id     uuid NOT NULL,
  body      bytea NOT NULL,            -- sealed
  UNIQUE (case_id, key)
);
CREATE INDEX task_due_idx ON cases.task (due_on) WHERE done_at IS NULL;

-- The audit of the cases: who read or wrote what, never what it said. mac is made with a key outside the database.
CREATE TABLE cases.audit (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  nonce    uuid NOT NULL UNIQUE,
  at       timestamptz NOT NULL,
  actor_id uuid,
  actor    text NOT NULL,
  action   text NOT NULL,
  case_id  text NOT NULL DEFAULT '',
  owner_id uuid,
  detail   text NOT NULL DEFAULT '{}',
  mac      bytea NOT NULL
);
CREATE INDEX audit_case_idx ON cases.audit (case_id, at DESC);
CREATE INDEX audit_actor_idx ON cases.audit (actor_id, at DESC);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON cases.audit FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON cases.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- One block per run of the sealer: the entries' ids in their order, and the hash over the block before and their contents.
CREATE TABLE cases.seal (
  n       bigint PRIMARY KEY,
  at      timestamptz NOT NULL,
  total   bigint NOT NULL,             -- entries sealed so far, this block included
  entries bigint[] NOT NULL,
  hash    bytea NOT NULL,
  signature bytea NOT NULL
);
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON cases.seal FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON cases.seal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
