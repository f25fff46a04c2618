//! The shortest part of a run that still fails.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;

use super::steps::runner;

/// Has `made` leave out what it can, as long as the rest fails; looks at most at so many parts. What fails of the last one that did.
///
/// What is made may get simpler by losing parts alone: then it is as it was before where the rest does not fail.
pub async fn shortest<T: ValueTree>(
    made: &mut T,
    looks: usize,
    fails: impl AsyncFn(&T::Value) -> Option<String>,
) -> Option<String> {
    let mut last = None;
    for _ in 0..looks {
        if !made.simplify() {
            break;
        }
        match fails(&made.current()).await {
            Some(failed) => last = Some(failed),
            None => {
                made.complicate();
            }
        }
    }
    last
}

#[tokio::test]
async fn what_does_not_matter_is_left_out() {
    let all = vec(vec(any::<u8>().no_shrink(), 1..=5), 1..=20);
    let of_seed = |seed| all.new_tree(&mut runner(seed)).expect("numbers");
    let size = |all: &Vec<Vec<u8>>| all.iter().map(Vec::len).sum::<usize>();
    for looks in [200, 3] {
        let mut made = (1..).map(of_seed).find(|one| size(&one.current()) > 9).expect("a long one");
        let before = size(&made.current());
        let looked = std::cell::Cell::new(0);
        let fails = async |part: &Vec<Vec<u8>>| {
            looked.set(looked.get() + 1);
            (size(part) > 2).then(|| size(part).to_string())
        };
        let last = shortest(&mut made, looks, fails).await;
        assert_eq!(last, Some(size(&made.current()).to_string()));
        assert!(looked.get() <= looks && size(&made.current()) < before);
        assert!(looks == 3 || size(&made.current()) == 3, "{:?}", made.current());
    }
}
