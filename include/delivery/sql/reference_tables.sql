-- Session tables that receive the versioned taxonomy (schema reference of the warehouse).

-- step: seed_platform
create temp table seed_platform (code text, name text, url text, is_edx boolean, has_content_files boolean);

-- step: seed_offeror
create temp table seed_offeror (
    code text, name text, professional boolean, offerings jsonb, audience jsonb, formats jsonb, fee jsonb, certifications jsonb,
    content_types jsonb, more_information text, value_prop text, display_facet boolean
);

-- step: seed_school
create temp table seed_school (id text, name text, url text, target_id integer);

-- step: seed_department
create temp table seed_department (department_id text, name text, school_id text);

-- step: seed_topic
create temp table seed_topic (topic_uuid uuid, name text, parent_name text, icon text, target_id integer);

-- step: seed_mapping
create temp table seed_mapping (offeror_code text, topic_name text, mapped_to text, topic_id integer);

-- step: changed_reference
-- Rows whose text documents show: kind and key as the resources refer to them.
create temp table changed_reference (kind text, key text);
