-- What a restore without owners or rights leaves to whoever restored it goes back to the roles it is for.
-- Applied by `manage.py provision` over an administrator's connection, after ledger.sql; safe to repeat.

do $$
declare thing record;
begin
  -- A counter goes with the table whose rows it numbers.
  for thing in
    select c.relname from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) <> 'plan_owner'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  loop
    execute format('alter table public.%I owner to plan_owner', thing.relname);
  end loop;
end $$;
