//! The shortest part of something that still fails.

/// Leaves out what it can, in ever smaller pieces, as long as the rest fails; looks at most at so many parts.
pub async fn shortest<T: Clone>(all: Vec<T>, looks: usize, fails: impl AsyncFn(&[T]) -> bool) -> Vec<T> {
    let mut left = all;
    let mut looked = 0;
    let mut piece = left.len().div_ceil(2);
    while piece > 0 && looked < looks {
        let mut from = 0;
        while from < left.len() && looked < looks {
            let to = (from + piece).min(left.len());
            let rest = [&left[..from], &left[to..]].concat();
            if rest.is_empty() {
                break;
            }
            looked += 1;
            if fails(&rest).await {
                left = rest;
            } else {
                from = to;
            }
        }
        piece = if piece == 1 { 0 } else { piece.div_ceil(2) };
    }
    left
}

#[tokio::test]
async fn what_does_not_matter_is_left_out() {
    let fails = async |part: &[u32]| part.contains(&3) && part.contains(&17);
    assert_eq!(shortest((0..20).collect(), 1000, fails).await, [3, 17]);
    let looked = std::cell::Cell::new(0);
    let counted = async |_: &[u32]| {
        looked.set(looked.get() + 1);
        true
    };
    shortest((0..20).collect(), 2, counted).await;
    assert_eq!(looked.get(), 2);
}
