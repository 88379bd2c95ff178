-- step: update
with changed as (
    update learning_resources_learningresourcedepartment as d set name = s.name, school_id = c.target_id, updated_on = %(now)s
    from seed_department as s
    left join seed_school as c on c.id = s.school_id
    where d.department_id = s.department_id and (d.name, d.school_id) is distinct from (s.name, c.target_id)
    returning d.department_id
)
insert into changed_reference (kind, key) select 'department', department_id from changed;

-- step: insert
insert into learning_resources_learningresourcedepartment (department_id, name, school_id, created_on, updated_on)
select s.department_id, s.name, c.target_id, %(now)s, %(now)s
from seed_department as s
left join seed_school as c on c.id = s.school_id
where not exists (select 1 from learning_resources_learningresourcedepartment as d where d.department_id = s.department_id)
order by s.department_id;
