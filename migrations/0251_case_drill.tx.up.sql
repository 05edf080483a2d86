-- What the drill of the recovery shares has to open: the newest file whose key is not destroyed, sealed as it is. It goes to the system
-- alone, says nothing by itself, and the drill tells whether it opened and nothing else.
CREATE FUNCTION cases.drill(OUT case_id uuid, OUT version int, OUT wrapped bytea, OUT alias bytea) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF cases.actor() IS NOT NULL OR coalesce(current_setting('cases.drilling', true), '') <> 'on' THEN
    RETURN;
  END IF;
  PERFORM set_config('cases.copying', 'on', true); -- counts in the owner's name alone, and within this function
  RETURN QUERY SELECT f.id, k.version, k.wrapped, f.alias FROM cases.file f JOIN cases.data_key k ON k.case_id = f.id WHERE k.wrapped <> '' ORDER BY f.opened_at DESC, f.id LIMIT 1;
  PERFORM set_config('cases.copying', '', true);
END $$;
