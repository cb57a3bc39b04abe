-- The ledger: one chained row for every change of every plan table (docs/ledger.md).
-- Applied by `manage.py provision` over an administrator's connection; safe to repeat.

create extension if not exists btree_gist schema public;  -- one holder of a post on a day

do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
revoke all on schema public from public;
grant usage, create on schema public to plan_owner;
grant usage on schema public to plan_app;

create schema if not exists ledger authorization plan_ledger;
grant usage on schema ledger to plan_owner, plan_app;

create table if not exists ledger.entry (
  seq       bigint primary key,
  at        timestamptz not null,
  "table"   text not null,
  "row"     text not null,
  operation text not null check (operation in ('INSERT', 'UPDATE', 'DELETE')),
  before    jsonb,
  after     jsonb,
  by        text not null check (by <> ''),
  for_post  text not null default '',
  because   text not null default '',
  salt      bytea not null,
  digest    bytea not null,
  previous  bytea not null,
  hash      bytea not null
);
create index if not exists entry_row on ledger.entry ("table", "row", seq);
create index if not exists entry_measure on ledger.entry ((coalesce(after, before) ->> 'measure_id'), seq)
  where coalesce(after, before) ? 'measure_id';
alter table ledger.entry owner to plan_ledger;

-- The clock. Real time, except in a database marked as a demonstration when it was provisioned.
create table if not exists ledger.clock (
  one           boolean primary key default true check (one),
  demonstration boolean not null,
  now           timestamptz
);
alter table ledger.clock owner to plan_ledger;

create or replace function ledger.plan_now() returns timestamptz
language sql volatile security definer set search_path = ledger, pg_catalog, pg_temp as $$
  select coalesce(now, clock_timestamp()) from ledger.clock
$$;
alter function ledger.plan_now() owner to plan_ledger;

-- Moves a demonstration's clock forward, or (null) lets it run with real time again. Never back.
create or replace function ledger.set_clock(moment timestamptz) returns void
language plpgsql security definer set search_path = ledger, pg_catalog, pg_temp as $$
begin
  if not (select demonstration from ledger.clock) then
    raise exception 'the clock of a real plan cannot be set';
  end if;
  if coalesce(moment, clock_timestamp()) < (select coalesce(max(at), '-infinity') from ledger.entry) then
    raise exception 'the clock never runs back';
  end if;
  update ledger.clock set now = moment;
end $$;
alter function ledger.set_clock(timestamptz) owner to plan_ledger;

-- Length-prefixed, so that no two lists of fields read the same: "5:hello,".
create or replace function ledger.field(value text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select octet_length(convert_to(coalesce(value, ''), 'UTF8')) || ':' || coalesce(value, '') || ','
$$;
alter function ledger.field(text) owner to plan_ledger;

-- A row as the ledger holds it: columns named "-x" are left out (secrets), "#x" stand as their sha256 (bulk).
create or replace function ledger.image(whole jsonb, columns text[]) returns jsonb
language plpgsql immutable set search_path = ledger, pg_catalog, pg_temp as $$
declare c text; name text;
begin
  foreach c in array columns loop
    name := substr(c, 2);
    if left(c, 1) = '-' then
      whole := whole - name;
    elsif whole -> name <> 'null'::jsonb then
      whole := jsonb_set(whole, array[name],
        to_jsonb('sha256:' || encode(sha256(convert_to((whole -> name)::text, 'UTF8')), 'hex')));
    end if;
  end loop;
  return whole;
end $$;
alter function ledger.image(jsonb, text[]) owner to plan_ledger;

-- Deferred: runs at commit, so that the one lock is held shortly and "agree all" cannot deadlock itself.
create or replace function ledger.record() returns trigger
language plpgsql security definer set search_path = ledger, pg_catalog, pg_temp as $$
declare
  e ledger.entry;
  columns text[] := coalesce(tg_argv, '{}');
begin
  -- This runs with the ledger's rights: only for a table of the plan, and only over PostgreSQL's own types, because
  -- turning a row into JSON would run a cast that the table's owner had made.
  if tg_table_schema <> 'public' or exists (
    select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
      and t.typnamespace <> 'pg_catalog'::regnamespace
  ) then
    raise exception '% is not a table of the plan', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  if tg_op <> 'INSERT' then e."before" := ledger.image(to_jsonb(old), columns); end if;
  if tg_op <> 'DELETE' then e."after" := ledger.image(to_jsonb(new), columns); end if;
  if e."before" is not distinct from e."after" then return null; end if;
  e."by" := coalesce(current_setting('plan.by', true), '');
  if e."by" = '' then raise exception 'a change of the plan needs an actor' using errcode = 'insufficient_privilege'; end if;
  perform pg_advisory_xact_lock(7102);
  select x.seq + 1, x.hash into e."seq", e."previous" from ledger.entry x order by x.seq desc limit 1;
  e."seq" := coalesce(e."seq", 1);
  e."previous" := coalesce(e."previous", ''::bytea);
  e."at" := ledger.plan_now();
  e."table" := tg_table_name;
  e."row" := coalesce(e."after", e."before") ->> 'id';
  e."operation" := tg_op;
  e."for_post" := coalesce(current_setting('plan.for_post', true), '');
  e."because" := coalesce(current_setting('plan.because', true), '');
  e."salt" := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  e."digest" := sha256(e."salt" || convert_to(
    ledger.field(e."before"::text) || ledger.field(e."after"::text), 'UTF8'));
  e."hash" := sha256(convert_to(
    ledger.field('SSCP1') || ledger.field(e."seq"::text)
    || ledger.field(to_char(e."at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || ledger.field(e."table") || ledger.field(e."row") || ledger.field(e."operation")
    || ledger.field(e."by") || ledger.field(e."for_post") || ledger.field(e."because")
    || ledger.field(encode(e."digest", 'hex')) || ledger.field(encode(e."previous", 'hex')), 'UTF8'));
  insert into ledger.entry select e.*;
  return null;
end $$;
alter function ledger.record() owner to plan_ledger;

-- Immediate: a change of a plan table without an actor is refused where it is made.
create or replace function ledger.actor() returns trigger
language plpgsql set search_path = ledger, pg_catalog, pg_temp as $$
declare columns text[] := coalesce(tg_argv, '{}');
begin
  if coalesce(current_setting('plan.by', true), '') = ''
     and (tg_op <> 'UPDATE' or ledger.image(to_jsonb(old), columns) is distinct from ledger.image(to_jsonb(new), columns)) then
    raise exception 'a change of the plan needs an actor' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
alter function ledger.actor() owner to plan_ledger;

create or replace function ledger.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is refused on %: what was recorded stays', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
alter function ledger.refuse() owner to plan_ledger;

-- Puts one plan table behind its fences. Run by plan_owner, who owns the table, after every migration.
create or replace function ledger.fence(target regclass, append_only boolean, columns text[]) returns void
language plpgsql set search_path = ledger, pg_catalog, pg_temp as $$
declare
  t text;
  args text := (select coalesce(string_agg(quote_literal(c), ', '), '') from unnest(columns) c);
begin
  foreach t in array array['plan_ledger', 'plan_actor', 'plan_no_truncate', 'plan_append_only', 'plan_append_only_rows'] loop
    execute format('drop trigger if exists %I on %s', t, target);
  end loop;
  execute format('create constraint trigger plan_ledger after insert or update or delete on %s
    deferrable initially deferred for each row execute function ledger.record(%s)', target, args);
  execute format('create trigger plan_actor after insert or update or delete on %s
    for each row execute function ledger.actor(%s)', target, args);
  execute format('create trigger plan_no_truncate before truncate on %s
    for each statement execute function ledger.refuse()', target);
  if append_only then
    execute format('create trigger plan_append_only before update or delete on %s
      for each statement execute function ledger.refuse()', target);
    execute format('create trigger plan_append_only_rows before update or delete on %s
      for each row execute function ledger.refuse()', target);
    execute format('revoke update, delete on %s from plan_app', target);
  end if;
  foreach t in array array['plan_ledger', 'plan_actor', 'plan_no_truncate', 'plan_append_only', 'plan_append_only_rows'] loop
    if exists (select from pg_trigger where tgrelid = target and tgname = t) then
      execute format('alter table %s enable always trigger %I', target, t);
    end if;
  end loop;
end $$;
alter function ledger.fence(regclass, boolean, text[]) owner to plan_ledger;

revoke execute on all functions in schema ledger from public;
grant execute on function ledger.plan_now(), ledger.set_clock(timestamptz) to plan_app, plan_owner;
grant execute on function ledger.record(), ledger.actor(), ledger.refuse(), ledger.fence(regclass, boolean, text[]) to plan_owner;
grant execute on function ledger.image(jsonb, text[]) to plan_owner, plan_app;
grant select on ledger.entry, ledger.clock to plan_app, plan_owner;
