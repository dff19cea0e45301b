//! The command that votes in polls.

use serde::Serialize;

use super::args::social::Vote;
use super::{CliError, Context, deliver};
use crate::model::{Poll, PostId, Timestamp, VoteError, case_fold};
use crate::store::StoreError;
use crate::text::{choice_votes, poll_state};

/// Votes in the poll of a post; without choices it prints the poll.
pub(super) fn vote(context: &mut Context, args: &Vote) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    let post = store.post(args.id)?.id;
    let poll = store.poll(user, post)?;
    if args.choices.is_empty() {
        return print(context, post, &poll, args.json);
    }
    let choices = args.choices.iter().map(|choice| number_of(&poll, choice)).collect::<Result<Vec<_>, _>>()?;
    let poll = store.vote(user, post, &choices, Timestamp::now())?;
    if !args.json {
        context.out.clean_line(&format!("voted in {post} for {}", poll.titles(&poll.own_votes).join(", ")))?;
    }
    deliver::send(context, &mut store, user)?;
    if args.json { print(context, post, &store.poll(user, post)?, true) } else { Ok(()) }
}

/// Returns the number from 0 of a choice that is given by its number from 1, or by its text.
fn number_of(poll: &Poll, choice: &str) -> Result<u32, CliError> {
    let unknown =
        |found| CliError::from(StoreError::from(VoteError::UnknownChoice { found, count: poll.choices.len() }));
    let titled = poll.choices.iter().position(|known| case_fold(&known.title) == case_fold(choice.trim()));
    match (titled, choice.parse::<u64>()) {
        (Some(at), _) => Ok(at as u32),
        (None, Ok(number)) => {
            number.checked_sub(1).and_then(|at| u32::try_from(at).ok()).ok_or_else(|| unknown(number))
        }
        (None, Err(_)) => {
            let titles: Vec<_> = poll.choices.iter().map(|choice| choice.title.as_str()).collect();
            let why = format!("the poll has no choice {choice:?}: it has {}", titles.join(", "));
            Err(CliError::Failed(why))
        }
    }
}

fn print(context: &mut Context, post: PostId, poll: &Poll, json: bool) -> Result<(), CliError> {
    if json {
        return Ok(context.out.json(&JsonPoll::of(post, poll))?);
    }
    for (at, choice) in poll.choices.iter().enumerate() {
        let own = if poll.own_votes.iter().any(|own| *own as usize == at) { '*' } else { ' ' };
        let votes = choice_votes(poll, choice).map(|votes| format!("  {votes}")).unwrap_or_default();
        context.out.clean_line(&format!("{own} {}  {}{votes}", at + 1, choice.title))?;
    }
    let state = poll_state(poll);
    if !state.is_empty() {
        context.out.clean_line(&state)?;
    }
    Ok(())
}

/// A poll in JSON. Field names are stable.
#[derive(Serialize)]
struct JsonPoll<'a> {
    post: i64,
    choices: Vec<JsonChoice<'a>>,
    multiple: bool,
    closes_at: Option<String>,
    closed: bool,
    voters: Option<u64>,
    voted: bool,
    pending: bool,
}

#[derive(Serialize)]
struct JsonChoice<'a> {
    number: usize,
    title: &'a str,
    votes: Option<u64>,
    own: bool,
}

impl<'a> JsonPoll<'a> {
    fn of(post: PostId, poll: &'a Poll) -> Self {
        let is_own = |at: usize| poll.own_votes.iter().any(|own| *own as usize == at);
        let choice = |(at, choice): (usize, &'a crate::model::PollChoice)| JsonChoice {
            number: at + 1,
            title: &choice.title,
            votes: choice.votes,
            own: is_own(at),
        };
        Self {
            post: post.0,
            choices: poll.choices.iter().enumerate().map(choice).collect(),
            multiple: poll.is_multiple,
            closes_at: poll.closes_at.map(|at| Timestamp::from_micros(at).rfc3339()),
            closed: poll.is_over(Timestamp::now()),
            voters: poll.voters,
            voted: poll.has_voted,
            pending: poll.is_pending,
        }
    }
}
