package io.ngrid.spi.message;

/**
 * ELECTION_RESPONSE: answers an ELECTION_REQUEST.
 *
 * @param preVote as in the request
 * @param requestEpoch the request's epoch
 * @param attempt the request's attempt
 * @param granted whether the vote is given
 * @param epoch the sender's own epoch
 */
public record ElectionResponse(boolean preVote, long requestEpoch, long attempt, boolean granted, long epoch)
        implements Message {}
