-- A guardian who sees appointments only hears nothing of letters. The list of kinds is changed in place, because other migrations may have added to it.
do $$
declare
  changed regprocedure := 'notice_shown(uuid, text, uuid, timestamptz, timestamptz, date, date)'::regprocedure;
  definition text;
begin
  definition := replace(pg_get_functiondef(changed), '''prescription'',', '''prescription'', ''letter'', ''letter_withdrawn'',');
  if definition not like '%''letter_withdrawn''%' then
    raise exception 'the list of kinds in % is not as expected', changed;
  end if;
  execute definition;
end $$;
