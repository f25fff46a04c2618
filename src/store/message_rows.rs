//! What a statement that reads messages for a person selects, in one place.

/// A fenced statement whose rows are messages, with all that their rows and those beside them tell at once: what comes in between joins them to
/// the fence as `m`, and what comes last may order them. A message that has files or reactions says so; they are read afterwards
/// (`message_parts.rs`). Replies have no threads of their own, so nothing is looked up for them.
macro_rules! fenced_messages {
    ($fence:expr, $joined:tt $(+ $more:tt)*; $order:tt $(, $argument:expr)* $(,)?) => {
        $crate::store::fence::fenced!(
            $crate::store::rows::FencedMessageRow,
            $fence,
            r#"select f.holds as "holds!", m.id as "id?", m.channel_id as "channel_id?", m.parent_id, m.body_md as "body_md?",
                      m.body_html as "body_html?", m.mentions as "mentions?: _", m.seq as "seq?",
                      m.client_mutation_id as "client_mutation_id?", m.created_at as "created_at?", m.edited_at,
                      (m.deleted_at is not null) as "deleted?",
                      case when m.parent_id is null
                           then (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null)
                           else 0 end as "reply_count?",
                      u.id as "author_id?", u.username as "author_username?",
                      coalesce(m.author_name, u.display_name) as "author_display_name?",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as "author_bot?", u.created_at as "author_created_at?",
                      m.also_to_channel as "also_to_channel?", m.attachments as "attachments?",
                      m.poll as "poll?: crate::store::rows::PollInRow",
                      p.previews as "previews?: crate::store::rows::PreviewsInRow",
                      exists (select from pins x where x.message_id = m.id) as "pinned?",
                      exists (select from reactions x where x.message_id = m.id) as "reacted?",
                      (m.parent_id is null and exists (
                         select from thread_followers t where t.message_id = m.id and t.user_id = $4 and t.following
                      )) as "followed?"
               from fence f
               "#
                + $joined $(+ $more)*
                + r#"
               left join message_previews p on p.message_id = m.id and not p.stripped
               left join users u on u.id = m.author_id
               "#
                + $order
            $(, $argument)*
        )
    };
}

pub(super) use fenced_messages;
