-- The sealer looks for the newest blocks by their total, every second.
CREATE INDEX seal_total_idx ON cases.seal (total);
