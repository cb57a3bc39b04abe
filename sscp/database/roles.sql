-- The three roles. Applied by `manage.py provision` over an administrator's connection; safe to repeat.
--   plan_ledger  owns the ledger and its functions; nobody signs in as it and it has no members
--   plan_owner   runs migrations and owns the plan tables; cannot touch the ledger
--   plan_app     the web: reads the ledger, adds to append-only tables, has no DDL
do $$
begin
  if not exists (select from pg_roles where rolname = 'plan_ledger') then create role plan_ledger nologin; end if;
  if not exists (select from pg_roles where rolname = 'plan_owner') then create role plan_owner login; end if;
  if not exists (select from pg_roles where rolname = 'plan_app') then create role plan_app login; end if;
end $$;
