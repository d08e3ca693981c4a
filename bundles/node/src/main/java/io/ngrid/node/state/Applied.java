package io.ngrid.node.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What applying an entry came to.
 *
 * @param state the state after it
 * @param outcome what a command came to; null for entries of another kind
 * @param bodies changes of bodies, to be made in this order
 */
public record Applied(GridState state, @Nullable Outcome outcome, List<BodyChange> bodies) {}
