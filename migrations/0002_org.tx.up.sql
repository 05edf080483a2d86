-- Persons, organisations, governorates and role grants.
CREATE TABLE org.governorate (
  code    text PRIMARY KEY CHECK (code ~ '^TN-[0-9]{2}$'), -- ISO 3166-2:TN
  name_fr text NOT NULL,
  name_ar text NOT NULL
);

INSERT INTO org.governorate (code, name_fr, name_ar) VALUES
  ('TN-11', 'Tunis', 'تونس'), ('TN-12', 'Ariana', 'أريانة'), ('TN-13', 'Ben Arous', 'بن عروس'),
  ('TN-14', 'La Manouba', 'منوبة'), ('TN-21', 'Nabeul', 'نابل'), ('TN-22', 'Zaghouan', 'زغوان'),
  ('TN-23', 'Bizerte', 'بنزرت'), ('TN-31', 'Béja', 'باجة'), ('TN-32', 'Jendouba', 'جندوبة'),
  ('TN-33', 'Le Kef', 'الكاف'), ('TN-34', 'Siliana', 'سليانة'), ('TN-41', 'Kairouan', 'القيروان'),
  ('TN-42', 'Kasserine', 'القصرين'), ('TN-43', 'Sidi Bouzid', 'سيدي بوزيد'), ('TN-51', 'Sousse', 'سوسة'),
  ('TN-52', 'Monastir', 'المنستير'), ('TN-53', 'Mahdia', 'المهدية'), ('TN-61', 'Sfax', 'صفاقس'),
  ('TN-71', 'Gafsa', 'قفصة'), ('TN-72', 'Tozeur', 'توزر'), ('TN-73', 'Kébili', 'قبلي'),
  ('TN-81', 'Gabès', 'قابس'), ('TN-82', 'Médenine', 'مدنين'), ('TN-83', 'Tataouine', 'تطاوين');

CREATE TABLE org.organisation (
  id          uuid PRIMARY KEY,
  name        text NOT NULL CHECK (name <> ''),
  name_ar     text NOT NULL DEFAULT '',
  name_key    text NOT NULL UNIQUE, -- spelling-insensitive key: one organisation, however it is typed
  kind        text NOT NULL CHECK (kind IN ('mas', 'public', 'ngo', 'international')),
  shelter     boolean NOT NULL DEFAULT false,
  governorate text REFERENCES org.governorate,
  created_at  timestamptz NOT NULL,
  archived_at timestamptz
);

CREATE TABLE org.person (
  id              uuid PRIMARY KEY,
  code            text NOT NULL UNIQUE, -- P-7K3Q9: badge, slip, sign-in
  family_name     text NOT NULL DEFAULT '',
  given_name      text NOT NULL DEFAULT '',
  sex             text NOT NULL DEFAULT '' CHECK (sex IN ('f', 'm', '')),
  birth_date      date,
  birth_year      int CHECK (birth_year BETWEEN 1900 AND 2100),
  cin             text NOT NULL DEFAULT '' CHECK (cin ~ '^([0-9]{8})?$'),
  phone           text NOT NULL DEFAULT '', -- E.164
  email           text NOT NULL DEFAULT '', -- lower case
  organisation_id uuid REFERENCES org.organisation,
  job_title       text NOT NULL DEFAULT '',
  governorate     text REFERENCES org.governorate,
  lang            text NOT NULL DEFAULT 'fr' CHECK (lang IN ('fr', 'ar', 'en')),
  name_key        text NOT NULL, -- spelling- and script-insensitive key of the name, for duplicates
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  CHECK (family_name <> '' OR given_name <> '')
);
CREATE UNIQUE INDEX person_cin_key ON org.person (cin) WHERE cin <> '';
CREATE INDEX person_email_idx ON org.person (email) WHERE email <> '';
CREATE INDEX person_phone_idx ON org.person (phone) WHERE phone <> '';
CREATE INDEX person_name_key_idx ON org.person (name_key);
CREATE INDEX person_name_trgm_idx ON org.person USING gin ((family_name || ' ' || given_name || ' ' || code) gin_trgm_ops);
CREATE INDEX person_organisation_idx ON org.person (organisation_id);

CREATE TABLE org.role_grant (
  id         uuid PRIMARY KEY,
  person_id  uuid NOT NULL REFERENCES org.person,
  role       text NOT NULL CHECK (role IN ('trainee', 'focal_point', 'trainer', 'manager', 'case_worker',
                                           'case_supervisor', 'protection_officer', 'observer', 'admin')),
  scope      text NOT NULL CHECK (scope IN ('global', 'organisation', 'shelter', 'workshop')),
  scope_id   uuid,
  granted_by uuid REFERENCES org.person,
  granted_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CHECK ((scope = 'global') = (scope_id IS NULL))
);
CREATE UNIQUE INDEX role_grant_live_key ON org.role_grant (person_id, role, scope, scope_id) NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX role_grant_person_idx ON org.role_grant (person_id) WHERE revoked_at IS NULL;
