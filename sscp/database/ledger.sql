-- The ledger: one chained row for every change of every plan table (docs/ledger.md).
-- Applied by `manage.py provision` over an administrator's connection; safe to repeat.

create extension if not exists btree_gist schema public;  -- one holder of a post on a day

do $$ begin execute format(
  'revoke create, temporary on database %I from public, plan_owner, plan_app', current_database()); end $$;
revoke all on schema public from public, plan_owner, plan_app;
grant usage, create on schema public to plan_owner;
grant usage on schema public to plan_app;

create schema if not exists ledger authorization plan_ledger;
alter schema ledger owner to plan_ledger;
revoke all on schema ledger from public, plan_owner, plan_app;
grant usage on schema ledger to plan_owner, plan_app;

create table if not exists ledger.entry (
  seq       bigint primary key,
  at        timestamptz not null,
  "table"   text not null,
  "row"     text not null,
  operation text not null,
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
alter table ledger.entry add column if not exists form smallint not null default 1;  -- rows of before stay in theirs
do $$ begin
  if not exists (select from pg_constraint where conname = 'a_row_says_what_was_done') then
    alter table ledger.entry drop constraint if exists entry_operation_check;
    alter table ledger.entry add constraint a_row_says_what_was_done
      check (operation in ('INSERT', 'UPDATE', 'DELETE', 'REDACT'));
  end if;
end $$;
create index if not exists entry_row on ledger.entry ("table", "row", seq);
create index if not exists entry_measure on ledger.entry ((coalesce(after, before) ->> 'measure_id'), seq)
  where coalesce(after, before) ? 'measure_id';
create index if not exists entry_meeting on ledger.entry ((coalesce(after, before) ->> 'meeting_id'), seq)
  where coalesce(after, before) ? 'meeting_id';
create index if not exists entry_by on ledger.entry (by, seq);
create index if not exists entry_for_post on ledger.entry (for_post, seq);
create index if not exists entry_at on ledger.entry (at, seq);  -- what stood on a day
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

-- Bulk, as an image holds it.
create or replace function ledger.hashed(value jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select to_jsonb('sha256:' || encode(sha256(convert_to(value::text, 'UTF8')), 'hex'))
$$;
alter function ledger.hashed(jsonb) owner to plan_ledger;

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
      whole := jsonb_set(whole, array[name], ledger.hashed(whole -> name));
    end if;
  end loop;
  return whole;
end $$;
alter function ledger.image(jsonb, text[]) owner to plan_ledger;

-- What a row says in words: its images and its reason. Salted it is the row's digest; alone, that of a replacement.
create or replace function ledger.said(e ledger.entry) returns bytea
language sql immutable set search_path = ledger, pg_catalog, pg_temp as $$
  select convert_to(ledger.field(e."before"::text) || ledger.field(e."after"::text) || ledger.field(e."because"), 'UTF8')
$$;
alter function ledger.said(ledger.entry) owner to plan_ledger;

-- Chains a row to the newest one. Everything it says is given; its number, moment and fingerprints are made here.
create or replace function ledger.append(e ledger.entry) returns bigint
language plpgsql set search_path = ledger, pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7102);
  select x.seq + 1, x.hash into e."seq", e."previous" from ledger.entry x order by x.seq desc limit 1;
  e."seq" := coalesce(e."seq", 1);
  e."previous" := coalesce(e."previous", ''::bytea);
  e."at" := ledger.plan_now();
  e."form" := 2;
  e."salt" := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  e."digest" := sha256(e."salt" || ledger.said(e));
  e."hash" := sha256(convert_to(
    ledger.field('SSCP2') || ledger.field(e."seq"::text)
    || ledger.field(to_char(e."at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || ledger.field(e."table") || ledger.field(e."row") || ledger.field(e."operation")
    || ledger.field(e."by") || ledger.field(e."for_post")
    || ledger.field(encode(e."digest", 'hex')) || ledger.field(encode(e."previous", 'hex')), 'UTF8'));
  insert into ledger.entry select e.*;
  return e."seq";
end $$;
alter function ledger.append(ledger.entry) owner to plan_ledger;

-- ---- taking words out (docs/decisions/0026): what a redaction may touch, and what it makes of it

-- The columns in which people write what they like, and the keys of a frozen picture that hold such words. Who acted and
-- when, levels, steps, references, days and numbers are no such words: nothing here takes them out.
create or replace function ledger.free_text(of text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (case of
    when 'workstreams_action' then '{text,reporting_duty,progress_note}'
    when 'workstreams_actionofficer' then '{printed}'
    when 'workstreams_challenge' then '{text}'
    when 'workstreams_group' then '{name,short_name}'
    when 'workstreams_highlightreport' then '{key_updates,risks,mitigating_actions,achievements}'
    when 'workstreams_impact' then '{text}'
    when 'workstreams_level' then '{meaning}'
    when 'workstreams_measure' then '{text}'
    when 'workstreams_outcome' then '{statement,evidence_note}'
    when 'workstreams_passage' then '{heading,body}'
    when 'workstreams_plan' then '{title}'
    when 'workstreams_post' then '{title,organisation,spellings}'
    when 'workstreams_rating' then '{words,recovery_plan,risk_note,evidence,evidence_held,figures,because,received}'
    when 'workstreams_recommendation' then '{text,addressee,status_words}'
    when 'workstreams_sourceref' then '{printed}'
    when 'workstreams_target' then '{text,note,because}'
    when 'workstreams_version' then '{changes,editors}'
    when 'workstreams_workstream' then '{title,aim}'
    when 'picture' then '{achievements,aim,asked_because,asked_text,because,body,changes,deciding_group,editors,evidence,
      evidence_held,evidence_note,figures,first_text,group,heading,kept,key_updates,meaning,mitigating_actions,note,post,
      present,printed,progress_note,received,recovery_plan,reported,reporting_duty,risk_note,risks,statement,text,title,
      words}'
    else '{}'
  end)::text[]
$$;
alter function ledger.free_text(text) owner to plan_ledger;

-- As words stand inside the text of a JSON document.
create or replace function ledger.quoted(words text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select substr(to_jsonb(words)::text, 2, length(to_jsonb(words)::text) - 2)
$$;
alter function ledger.quoted(text) owner to plan_ledger;

-- A document with its words taken out, wherever they stand under one of these keys (null: wherever they stand).
create or replace function ledger.without(whole jsonb, words text, keys text[]) returns jsonb
language plpgsql immutable set search_path = ledger, pg_catalog, pg_temp as $$
begin
  if strpos(whole::text, ledger.quoted(words)) = 0 then return whole; end if;
  case jsonb_typeof(whole)
    when 'object' then
      return coalesce((select jsonb_object_agg(k, ledger.without(v, words, case when k = any(keys) then null else keys end))
        from jsonb_each(whole) o(k, v)), whole);
    when 'array' then
      return coalesce((select jsonb_agg(ledger.without(v, words, keys) order by n)
        from jsonb_array_elements(whole) with ordinality a(v, n)), whole);
    when 'string' then
      if keys is null then return to_jsonb(replace(whole #>> '{}', words, '[taken out]')); end if;
    else null;
  end case;
  return whole;
end $$;
alter function ledger.without(jsonb, text, text[]) owner to plan_ledger;

-- An image without the words. A frozen picture is given as it was, so that its hash proves it and its new hash is made
-- here; of an issued file, which no database can draw, the new hash is given.
create or replace function ledger.redacted(image jsonb, of text, id text, words text, pictures jsonb, files jsonb) returns jsonb
language plpgsql immutable set search_path = ledger, pg_catalog, pg_temp as $$
declare name text;
begin
  image := ledger.without(image, words, ledger.free_text(of));
  if of = 'workstreams_version' and pictures ? id and image is not null then
    if image -> 'picture' is distinct from ledger.hashed(pictures -> id) then
      raise exception 'this is not the picture that version % froze', id using errcode = 'check_violation';
    end if;
    image := image || jsonb_build_object('picture',
      ledger.hashed(ledger.without(pictures -> id, words, ledger.free_text('picture'))));
  elsif of = 'workstreams_pack' and files ? id and image is not null then
    if not coalesce(pictures ? (image ->> 'version_id') or pictures ? (image ->> 'compared_with_id'), false) then
      raise exception 'pack % holds nothing of this', id using errcode = 'check_violation';
    end if;
    for name in select jsonb_object_keys(files -> id) loop
      if (name in ('pdf', 'xlsx', 'html') and image ->> name ~ '^sha256:[0-9a-f]{64}$'
          and files -> id ->> name ~ '^sha256:[0-9a-f]{64}$') is not true then
        raise exception 'pack % has no such file', id using errcode = 'check_violation';
      end if;
    end loop;
    image := image || (files -> id);
  end if;
  return image;
end $$;
alter function ledger.redacted(jsonb, text, text, text, jsonb, jsonb) owner to plan_ledger;

-- Whether a change of a row is what a redaction has made of its newest image, and nothing else. Null: it has nothing to
-- do with a redaction. False: the row still holds what was taken out, and would become something else.
create or replace function ledger.redacts(of text, id text, columns text[], was jsonb, becomes jsonb) returns boolean
language plpgsql stable set search_path = ledger, pg_catalog, pg_temp as $$
declare
  newest ledger.entry;
  told text[];
  says jsonb;
begin
  select x.* into newest from ledger.entry x where x."table" = of and x."row" = id order by x."seq" desc limit 1;
  if (newest."salt" = ''::bytea and newest."after" is not null) is not true then return null; end if;
  told := array(select c from unnest(ledger.free_text(of)
    || array(select substr(b, 2) from unnest(columns) b where left(b, 1) = '#')) c where newest."after" ? c);
  says := (select jsonb_object_agg(c, newest."after" -> c) from unnest(told) c);
  if says = (select jsonb_object_agg(c, was -> c) from unnest(told) c) then return null; end if;
  return coalesce(
    says = (select jsonb_object_agg(c, becomes -> c) from unnest(told) c) and becomes - told = was - told, false);
end $$;
alter function ledger.redacts(text, text, text[], jsonb, jsonb) owner to plan_ledger;

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
  e."row" := coalesce(e."after", e."before") ->> 'id';
  if tg_op <> 'INSERT' then
    case ledger.redacts(tg_table_name, e."row", columns, e."before", e."after")
      when true then return null;  -- the ledger says it already
      when false then
        raise exception 'words were taken out of % %: it can become nothing else', tg_table_name, e."row"
          using errcode = 'restrict_violation';
      else null;
    end case;
  end if;
  e."by" := coalesce(current_setting('plan.by', true), '');
  if e."by" = '' then raise exception 'a change of the plan needs an actor' using errcode = 'insufficient_privilege'; end if;
  e."table" := tg_table_name;
  e."operation" := tg_op;
  e."for_post" := coalesce(current_setting('plan.for_post', true), '');
  e."because" := coalesce(current_setting('plan.because', true), '');
  perform ledger.append(e);
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

-- What was recorded stays, but for the one change that a redaction is: a row becomes what the ledger says of it already.
create or replace function ledger.refuse() returns trigger
language plpgsql set search_path = ledger, pg_catalog, pg_temp as $$
declare columns text[] := coalesce(tg_argv, '{}');
begin
  if tg_op = 'UPDATE' and (select x."operation" = 'REDACT' from ledger.entry x order by x."seq" desc limit 1) then
    if tg_level = 'STATEMENT' then return null; end if;
    if ledger.redacts(tg_table_name, to_jsonb(old) ->> 'id', columns,
        ledger.image(to_jsonb(old), columns), ledger.image(to_jsonb(new), columns)) then
      return new;
    end if;
  end if;
  raise exception '% is refused on %: what was recorded stays', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
alter function ledger.refuse() owner to plan_ledger;

-- Takes words out of the ledger: out of every image and reason, with their salts, so that no digest of what was said can
-- be guessed at; adds the row that says who did so and why, with the digest of each replacement. It touches no table but
-- the ledger, because the owner of the others could have it run something of theirs with the ledger's rights.
create or replace function ledger.redact(request bigint, first bigint, words text, why text, asked_by text, asked_for text, pictures jsonb, files jsonb, papers jsonb) returns bigint
language plpgsql security definer set search_path = ledger, pg_catalog, pg_temp as $$
declare
  confirmed_by text := coalesce(current_setting('plan.by', true), '');
  e ledger.entry;
  said bytea;
  replaced jsonb := '[]';
begin
  if (asked_by ~ '^[0-9]+$' and confirmed_by ~ '^[0-9]+$' and asked_by <> confirmed_by) is not true then
    raise exception 'it takes two people to take words out' using errcode = 'insufficient_privilege';
  end if;
  if (length(btrim(words)) >= 2 and strpos('[taken out]', words) = 0) is not true then
    raise exception 'words are two letters or more' using errcode = 'check_violation';
  end if;
  if (btrim(why) <> '' and strpos(why, words) = 0) is not true then
    raise exception 'a reason is needed, without the words' using errcode = 'check_violation';
  end if;
  perform pg_advisory_xact_lock(7102);
  for e in
    select x.* from ledger.entry x
    where strpos(x."before"::text, ledger.quoted(words)) > 0 or strpos(x."after"::text, ledger.quoted(words)) > 0
      or strpos(x."because", words) > 0
      or (x."table" = 'workstreams_version' and pictures ? x."row") or (x."table" = 'workstreams_pack' and files ? x."row")
    order by x."seq"
  loop
    said := ledger.said(e);
    e."before" := ledger.redacted(e."before", e."table", e."row", words, pictures, files);
    e."after" := ledger.redacted(e."after", e."table", e."row", words, pictures, files);
    e."because" := replace(e."because", words, '[taken out]');
    continue when ledger.said(e) = said;
    update ledger.entry x set "before" = e."before", "after" = e."after", "because" = e."because", "salt" = ''::bytea
      where x."seq" = e."seq";
    replaced := replaced || jsonb_build_array(jsonb_build_array(e."seq", encode(sha256(ledger.said(e)), 'hex')));
  end loop;
  if not replaced @> jsonb_build_array(jsonb_build_array(first)) then
    raise exception 'row % does not hold these words', first using errcode = 'check_violation';
  end if;
  e := null;
  e."table" := 'entry';
  e."row" := first::text;
  e."operation" := 'REDACT';
  e."after" := jsonb_build_object(
    'id', request, 'rows', replaced, 'confirmed_by', confirmed_by::bigint, 'papers', coalesce(papers, '[]'));
  e."by" := asked_by;
  e."for_post" := coalesce(asked_for, '');
  e."because" := why;
  return ledger.append(e);
end $$;
alter function ledger.redact(bigint, bigint, text, text, text, text, jsonb, jsonb, jsonb) owner to plan_ledger;

-- Does what was asked for, as the second person, in the ledger and in the tables, whose owner's rights it has and no more.
-- Issued files are given as they are drawn anew.
create or replace function ledger.take_out(request bigint, packs bigint[], pdfs bytea[], workbooks bytea[], pages bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  today date := (ledger.plan_now() at time zone 'Europe/London')::date;
  confirmed_by text := coalesce(current_setting('plan.by', true), '');
  asked record; e record;
  people bigint; of_the_unit boolean;
  pictures jsonb; files jsonb; papers jsonb; patch jsonb;
  done bigint;
begin
  -- Whoever writes has written, and nobody begins (ledger.turn): no row on its way can bring back what is taken out.
  perform pg_advisory_xact_lock(7103);
  -- Who still holds a row wants to write it and waits for this to end, so waiting for that row is of no use.
  perform set_config('lock_timeout', '100ms', true);
  select r.* into asked from public.workstreams_redaction r where r.id = request and r.state = 'ASKED' for update;
  if not found then raise exception 'nobody asks for this' using errcode = 'no_data_found'; end if;
  select count(distinct u.id), bool_or(p.kind = 'BUSINESS_UNIT') into people, of_the_unit
  from public.workstreams_user u join public.workstreams_appointment a on a.user_id = u.id
    join public.workstreams_post p on p.id = a.post_id
  where u.id::text in (asked.by_id::text, confirmed_by) and u.is_active and p.kind in ('BUSINESS_UNIT', 'DSP')
    and a.starts_on <= today and coalesce(a.ends_on, today) >= today;
  if (people = 2 and of_the_unit) is not true then
    raise exception 'it takes two people of the business unit, or one and a DSP';
  end if;

  select coalesce(jsonb_object_agg(v.id, v.picture), '{}') into pictures from public.workstreams_version v
  where ledger.without(v.picture, asked.words, ledger.free_text('picture')) <> v.picture;
  select coalesce(jsonb_object_agg(f.id, jsonb_strip_nulls(jsonb_build_object('pdf', f.pdf, 'xlsx', f.xlsx, 'html', f.html))), '{}'),
    coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', f.id, 'pdf', encode(sha256(f.pdf), 'hex'),
      'xlsx', encode(sha256(f.xlsx), 'hex'), 'html', encode(sha256(f.html), 'hex'))) order by f.id), '[]')
  into files, papers from unnest(packs, pdfs, workbooks, pages) f(id, pdf, xlsx, html);
  if array(select f.key::bigint from jsonb_each(files) f order by 1) <> array(select p.id from public.workstreams_pack p
      where pictures ? p.version_id::text or pictures ? p.compared_with_id::text order by p.id) then
    raise exception 'the issued files that hold the words are drawn again, and no others' using errcode = 'check_violation';
  end if;

  done := ledger.redact(request, asked.seq, asked.words, asked.because, asked.by_id::text, asked.for_post_id::text,
    pictures, (select coalesce(jsonb_object_agg(f.key, (select jsonb_object_agg(b.key, ledger.hashed(b.value))
      from jsonb_each(f.value) b)), '{}') from jsonb_each(files) f), papers);

  for e in
    select distinct on (x."table", x."row") x."table", x."row", x."after", x."salt" from ledger.entry x
    join (select distinct y."table", y."row" from ledger.entry y
      where y."seq" in (select (r ->> 0)::bigint from ledger.entry d, jsonb_array_elements(d."after" -> 'rows') r
        where d."seq" = done) and y."table" <> 'entry') said using ("table", "row")
    order by x."table", x."row", x."seq" desc
  loop
    continue when e."after" is null or e."salt" <> ''::bytea;
    patch := (select jsonb_object_agg(c, e."after" -> c) from unnest(ledger.free_text(e."table")) c where e."after" ? c);
    if e."table" = 'workstreams_version' and pictures ? e."row" then
      patch := patch || jsonb_build_object(
        'picture', ledger.without(pictures -> e."row", asked.words, ledger.free_text('picture')));
    elsif e."table" = 'workstreams_pack' then
      patch := files -> e."row";
    end if;
    continue when patch is null;
    execute (
      select format('update public.%1$I t set %2$s from jsonb_populate_record(null::public.%1$I, $1) r'
        ' where t.id = $2 and (%3$s) is distinct from (%4$s)', e."table", string_agg(format('%1$I = r.%1$I', c), ', '),
        string_agg(format('t.%I', c), ', '), string_agg(format('r.%I', c), ', '))
      from jsonb_object_keys(patch) c
    ) using patch, e."row"::bigint;
  end loop;
  update public.workstreams_redaction set state = 'DONE', words = '', decided_by_id = confirmed_by::bigint,
    decided_at = clock_timestamp(), done_as = done where id = request;
  return done;
end $$;
alter function ledger.take_out(bigint, bigint[], bytea[], bytea[], bytea[]) owner to plan_owner;

-- Whoever writes takes turns with whoever takes words out, not with other writers. No lock of a table does that: it would
-- wait for autovacuum too, and two tables can be locked crosswise.
create or replace function ledger.turn() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7103);
  return null;
end $$;
alter function ledger.turn() owner to plan_ledger;

-- Puts one plan table behind its fences. Run by plan_owner, who owns the table, after every migration.
create or replace function ledger.fence(target regclass, append_only boolean, columns text[]) returns void
language plpgsql set search_path = ledger, pg_catalog, pg_temp as $$
declare
  t text;
  args text := (select coalesce(string_agg(quote_literal(c), ', '), '') from unnest(columns) c);
begin
  foreach t in array array['plan_turn', 'plan_ledger', 'plan_actor', 'plan_no_truncate', 'plan_append_only', 'plan_append_only_rows'] loop
    execute format('drop trigger if exists %I on %s', t, target);
  end loop;
  execute format('create trigger plan_turn before insert or update or delete on %s
    for each statement execute function ledger.turn()', target);
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
      for each row execute function ledger.refuse(%s)', target, args);
    execute format('revoke update, delete on %s from plan_app', target);
  end if;
  foreach t in array array['plan_turn', 'plan_ledger', 'plan_actor', 'plan_no_truncate', 'plan_append_only', 'plan_append_only_rows'] loop
    if exists (select from pg_trigger where tgrelid = target and tgname = t) then
      execute format('alter table %s enable always trigger %I', target, t);
    end if;
  end loop;
end $$;
alter function ledger.fence(regclass, boolean, text[]) owner to plan_ledger;

revoke all on all tables in schema ledger from public, plan_owner, plan_app;
revoke all on all functions in schema ledger from public, plan_owner, plan_app;
grant execute on function ledger.plan_now(), ledger.set_clock(timestamptz) to plan_app, plan_owner;
grant execute on function ledger.turn(), ledger.record(), ledger.actor(), ledger.refuse(), ledger.fence(regclass, boolean, text[]) to plan_owner;
grant execute on function ledger.image(jsonb, text[]), ledger.hashed(jsonb), ledger.free_text(text), ledger.quoted(text), ledger.without(jsonb, text, text[]), ledger.redacts(text, text, text[], jsonb, jsonb) to plan_owner, plan_app;
grant execute on function ledger.redact(bigint, bigint, text, text, text, text, jsonb, jsonb, jsonb) to plan_owner;
grant execute on function ledger.take_out(bigint, bigint[], bytea[], bytea[], bytea[]) to plan_app;
grant select on ledger.entry, ledger.clock to plan_app, plan_owner;
