-- Articles that Learn's staff published as news (sources.md 7.7). A row that was deleted in Learn is only marked there.
select
    jsonb_build_object(
        'id', content.id,
        'title', content.title,
        'slug', content.slug,
        'content', content.content,
        'cover_image', content.cover_image,
        'created_on', content.created_on,
        'publish_date', content.publish_date,
        'author', case when writer.id is not null then jsonb_build_object(
            'first_name', writer.first_name, 'last_name', writer.last_name, 'username', writer.username
        ) end
    ) as payload
from public.website_content_websitecontent as content
left join public.users_user as writer on content.user_id = writer.id
where content.is_published and content.content_type = 'news' and content.deleted is null
order by content.id
