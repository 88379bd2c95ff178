-- Expressions that several statements share.

-- expression: image_of_row
-- Of a row i of a mart whose row in Learn is r: an equal image that r already has stays, so that twins left by other loaders do not
-- make rows move.
coalesce(
    (
        select m.id from learning_resources_learningresourceimage as m
        where m.id = r.image_id and m.url = i.image_url
          and m.description is not distinct from i.image_description and m.alt is not distinct from i.image_alt
    ),
    (
        select w.id from incoming_image as w
        where w.url = i.image_url and w.description is not distinct from i.image_description and w.alt is not distinct from i.image_alt
    )
);
