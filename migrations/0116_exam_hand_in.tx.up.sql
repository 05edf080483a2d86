-- Handing in, in one step for the server: the points that it worked out are stored when nothing that they rest on has changed
-- since it read the answers: still as many answers in time, still the same keys. Otherwise nothing is written and false comes
-- back. The row's lock makes answers, regrades and closing wait; each statement here sees what was stored before it began.
CREATE FUNCTION exam.hand_in(of_attempt uuid, seen_answers bigint, seen_keys bigint, moment timestamptz, got numeric, most numeric, points jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE pair uuid;
BEGIN
  SELECT s.pairing_id INTO pair FROM exam.attempt a JOIN exam.sitting s ON s.id = a.sitting_id
    WHERE a.id = of_attempt AND a.submitted_at IS NULL AND a.voided_at IS NULL FOR UPDATE OF a;
  IF NOT FOUND
     OR seen_answers <> (SELECT count(*) FROM exam.answer e WHERE e.attempt_id = of_attempt AND NOT e.late)
     OR seen_keys <> (SELECT coalesce(max(r.seq), 0) FROM exam.regrade r WHERE r.pairing_id = pair) THEN
    RETURN false;
  END IF;
  UPDATE exam.attempt a SET submitted_at = moment, score = got, max_score = most, result = points WHERE a.id = of_attempt;
  INSERT INTO audit.entry (at, actor, action, kind, object_id) VALUES (moment, 'visitor', 'test.submit', 'attempt', of_attempt::text);
  RETURN true;
END $$;
