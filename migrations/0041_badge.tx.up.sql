-- Certificates as signed digital badges (Open Badges 3.0): what the holder shows, the place in the list of revocations, and the
-- keys that sign.
CREATE TABLE certificate.badge (
  certificate_id uuid PRIMARY KEY REFERENCES certificate.certificate,
  disclosed      text NOT NULL DEFAULT 'none' CHECK (disclosed IN ('none', 'hash', 'name')),
  list           int NOT NULL CHECK (list > 0),
  place          int NOT NULL CHECK (place BETWEEN 0 AND 131071), -- drawn at random: it tells nothing of the order of issue
  made_at        timestamptz NOT NULL,
  UNIQUE (list, place)
);

CREATE TABLE certificate.badge_key (
  kid        text PRIMARY KEY, -- thumbprint of the public key
  public     jsonb NOT NULL,
  sealed     bytea, -- the private half, sealed by the key file; erased when the key is retired
  made_at    timestamptz NOT NULL,
  retired_at timestamptz,
  CHECK ((sealed IS NULL) = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX badge_key_current ON certificate.badge_key ((true)) WHERE retired_at IS NULL;
