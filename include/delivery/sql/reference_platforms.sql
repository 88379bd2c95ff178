-- step: update
with changed as (
    update learning_resources_learningresourceplatform as p
    set name = s.name, url = s.url, is_edx = s.is_edx, has_content_files = s.has_content_files, updated_on = %(now)s
    from seed_platform as s
    where p.code = s.code
      and (p.name, p.url, p.is_edx, p.has_content_files) is distinct from (s.name, s.url, s.is_edx, s.has_content_files)
    returning p.code
)
insert into changed_reference (kind, key) select 'platform', code from changed;

-- step: insert
insert into learning_resources_learningresourceplatform (code, name, url, is_edx, has_content_files, created_on, updated_on)
select s.code, s.name, s.url, s.is_edx, s.has_content_files, %(now)s, %(now)s
from seed_platform as s
where not exists (select 1 from learning_resources_learningresourceplatform as p where p.code = s.code)
order by s.code;
