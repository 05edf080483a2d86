-- The registers of the project's activities and of its plan. Each has a key of its own made by the form, and goes out of the lists
-- when it is removed, without being lost.
CREATE TABLE programme.fitout_work (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  shelter_id     uuid NOT NULL REFERENCES org.organisation,
  recommendation text NOT NULL CHECK (recommendation <> ''), -- of the assessment report
  title          text NOT NULL CHECK (title <> ''),
  kind           text NOT NULL CHECK (kind IN ('works', 'equipment')),
  supplier       text NOT NULL DEFAULT '',
  cost_planned   numeric(14, 2) CHECK (cost_planned >= 0), -- TND
  cost           numeric(14, 2) CHECK (cost >= 0),
  status         text NOT NULL CHECK (status IN ('planned', 'ordered', 'under_way', 'delivered', 'accepted')),
  due_on         date,
  accepted_on    date,
  note           text NOT NULL DEFAULT '',
  CHECK ((status = 'accepted') = (accepted_on IS NOT NULL))
);
CREATE TABLE programme.readiness (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  shelter_id uuid NOT NULL REFERENCES org.organisation,
  title      text NOT NULL CHECK (title <> ''),
  before     text NOT NULL CHECK (before IN ('yes', 'partly', 'no')),
  after      text NOT NULL DEFAULT '' CHECK (after IN ('', 'yes', 'partly', 'no')),
  note       text NOT NULL DEFAULT ''
);
-- Reach is a head-count: nobody's name is asked.
CREATE TABLE programme.awareness (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title         text NOT NULL CHECK (title <> ''),
  audience      text NOT NULL CHECK (audience IN ('public', 'potential_victims', 'youth', 'professionals')),
  held_on       date NOT NULL,
  place         text NOT NULL DEFAULT '',
  governorate   text REFERENCES org.governorate,
  reach_f       int NOT NULL DEFAULT 0 CHECK (reach_f >= 0),
  reach_m       int NOT NULL DEFAULT 0 CHECK (reach_m >= 0),
  reach_unknown int NOT NULL DEFAULT 0 CHECK (reach_unknown >= 0), -- sex not noted
  reach_minors  int NOT NULL DEFAULT 0 CHECK (reach_minors >= 0),  -- of the three above, those under 18
  materials     text NOT NULL DEFAULT '',
  handed_out    int NOT NULL DEFAULT 0 CHECK (handed_out >= 0),
  cost          numeric(14, 2) CHECK (cost >= 0),
  survey_pre    int CHECK (survey_pre >= 0), -- asked before
  known_pre     int CHECK (known_pre >= 0),  -- of them, those who named three warning signs
  survey_post   int CHECK (survey_post >= 0),
  known_post    int CHECK (known_post >= 0),
  CHECK (reach_minors <= reach_f + reach_m + reach_unknown),
  CHECK (known_pre <= survey_pre), CHECK (known_post <= survey_post)
);
CREATE TABLE programme.practice (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title text NOT NULL CHECK (title <> ''), source text NOT NULL DEFAULT '', responsible text NOT NULL DEFAULT '',
  follow_up text NOT NULL DEFAULT '', due_on date,
  status text NOT NULL CHECK (status IN ('to_do', 'under_way', 'done', 'dropped'))
);
CREATE TABLE programme.trainer (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  person_code text NOT NULL REFERENCES org.person (code), topics text NOT NULL DEFAULT '', observed_on date,
  observer text NOT NULL DEFAULT '', appraisal text NOT NULL DEFAULT '' CHECK (appraisal IN ('', 'autonomous', 'with_support', 'not_yet')),
  note text NOT NULL DEFAULT ''
);
CREATE TABLE programme.refresher (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title text NOT NULL CHECK (title <> ''), organisation_id uuid REFERENCES org.organisation, due_on date NOT NULL,
  reason text NOT NULL DEFAULT '', status text NOT NULL CHECK (status IN ('to_do', 'under_way', 'done', 'dropped'))
);
CREATE TABLE programme.milestone (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title text NOT NULL CHECK (title <> ''), kind text NOT NULL CHECK (kind IN ('institutional', 'handover')),
  responsible text NOT NULL DEFAULT '', due_on date, done_on date, evidence text NOT NULL DEFAULT '',
  CHECK (done_on IS NULL OR evidence <> '')
);
CREATE TABLE programme.task (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  code text NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'), activity text NOT NULL REFERENCES programme.element (code),
  title text NOT NULL CHECK (title <> ''), responsible text NOT NULL DEFAULT '', starts_on date NOT NULL, ends_on date NOT NULL,
  status text NOT NULL CHECK (status IN ('to_do', 'under_way', 'done', 'dropped')), after_code text NOT NULL DEFAULT '',
  CHECK (ends_on >= starts_on), CHECK (after_code <> code)
);
CREATE UNIQUE INDEX task_code_key ON programme.task (code) WHERE removed_at IS NULL;
CREATE TABLE programme.budget_line (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  code text NOT NULL CHECK (code ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'), activity text NOT NULL REFERENCES programme.element (code),
  title text NOT NULL CHECK (title <> ''), planned numeric(14, 2) NOT NULL CHECK (planned >= 0),
  committed numeric(14, 2) NOT NULL DEFAULT 0 CHECK (committed >= 0), spent numeric(14, 2) NOT NULL DEFAULT 0 CHECK (spent >= 0),
  note text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX budget_line_code_key ON programme.budget_line (code) WHERE removed_at IS NULL;
CREATE TABLE programme.risk (
  id uuid PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY, updated_at timestamptz NOT NULL, removed_at timestamptz,
  title text NOT NULL CHECK (title <> ''), likelihood int NOT NULL CHECK (likelihood BETWEEN 1 AND 5),
  impact int NOT NULL CHECK (impact BETWEEN 1 AND 5), response text NOT NULL DEFAULT '', responsible text NOT NULL DEFAULT '',
  reviewed_on date, status text NOT NULL CHECK (status IN ('open', 'watched', 'closed'))
);
