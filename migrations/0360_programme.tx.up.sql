-- The project's plan: a tree of objectives, outcomes, outputs and activities, indicators with baseline and targets by period, what was
-- measured by hand with its evidence, the history of the plan, and the figures that a closed period published.
CREATE SCHEMA programme;

CREATE TABLE programme.element (
  id        uuid PRIMARY KEY,
  parent_id uuid REFERENCES programme.element,
  code      text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
  level     text NOT NULL CHECK (level IN ('objective', 'outcome', 'output', 'activity')),
  title     text NOT NULL CHECK (title <> ''),
  title_ar  text NOT NULL DEFAULT '',
  title_en  text NOT NULL DEFAULT ''
);

CREATE TABLE programme.period (
  id        uuid PRIMARY KEY,
  code      text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'),
  starts_on date NOT NULL,
  ends_on   date NOT NULL,
  closed_at timestamptz,
  closed_by uuid,
  CHECK (ends_on > starts_on),
  EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&)
);

CREATE TABLE programme.indicator (
  id             uuid PRIMARY KEY,
  element_id     uuid NOT NULL REFERENCES programme.element,
  code           text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
  title          text NOT NULL CHECK (title <> ''),
  title_ar       text NOT NULL DEFAULT '',
  title_en       text NOT NULL DEFAULT '',
  unit           text NOT NULL CHECK (unit IN ('count', 'percent')),
  query          text NOT NULL DEFAULT '', -- name of the documented query; empty: entered with evidence
  definition     text NOT NULL DEFAULT '',
  verification   text NOT NULL DEFAULT '', -- source of verification
  frequency      text NOT NULL DEFAULT '' CHECK (frequency IN ('', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'once')),
  responsible    text NOT NULL DEFAULT '',
  disaggregation text[] NOT NULL DEFAULT '{}',
  baseline       numeric(14, 2), -- null: not known
  baseline_on    date,
  target         numeric(14, 2), -- of the whole project; null: not fixed
  updated_at     timestamptz NOT NULL
);

CREATE TABLE programme.target (
  indicator_id uuid NOT NULL REFERENCES programme.indicator,
  period_id    uuid NOT NULL REFERENCES programme.period,
  value        numeric(14, 2) NOT NULL CHECK (value >= 0),
  PRIMARY KEY (indicator_id, period_id)
);

-- What was measured outside the system. A wrong entry is withdrawn with a reason and stays readable.
CREATE TABLE programme.measure (
  id           uuid PRIMARY KEY, -- made by the form: sending it twice measures once
  indicator_id uuid NOT NULL REFERENCES programme.indicator,
  measured_on  date NOT NULL,
  value        numeric(14, 2) NOT NULL,
  evidence     text NOT NULL CHECK (evidence <> ''),
  created_at   timestamptz NOT NULL,
  created_by   uuid,
  withdrawn_at timestamptz,
  withdrawn_for text NOT NULL DEFAULT ''
);
CREATE INDEX measure_indicator_idx ON programme.measure (indicator_id, measured_on);

-- Every change of a baseline, a target or a definition, by whom and why.
CREATE TABLE programme.plan_change (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  indicator_id uuid NOT NULL REFERENCES programme.indicator,
  at           timestamptz NOT NULL,
  actor_id     uuid,
  field        text NOT NULL,
  old_value    text NOT NULL,
  new_value    text NOT NULL,
  reason       text NOT NULL DEFAULT ''
);
CREATE INDEX plan_change_indicator_idx ON programme.plan_change (indicator_id, id DESC);
CREATE TRIGGER plan_change_append_only BEFORE UPDATE OR DELETE ON programme.plan_change FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- What a closed period said, and every later revision of it. Nothing here ever changes.
CREATE TABLE programme.published (
  period_id    uuid NOT NULL REFERENCES programme.period,
  indicator_id uuid NOT NULL REFERENCES programme.indicator,
  revision     int NOT NULL CHECK (revision > 0),
  value        numeric(14, 2), -- null: not measured
  reason       text NOT NULL DEFAULT '', -- of a revision
  at           timestamptz NOT NULL,
  actor_id     uuid,
  PRIMARY KEY (period_id, indicator_id, revision)
);
CREATE TRIGGER published_append_only BEFORE UPDATE OR DELETE ON programme.published FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
