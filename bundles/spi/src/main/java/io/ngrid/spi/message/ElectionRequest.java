package io.ngrid.spi.message;

import io.ngrid.spi.LogPosition;

/**
 * ELECTION_REQUEST: asks for a pre-vote or a vote.
 *
 * @param preVote true for a pre-vote, which promises nothing and changes no epoch [E3]
 * @param epoch the epoch in which the sender would lead, or leads the candidacy
 * @param last the end of the sender's log
 * @param attempt number of the sender's candidacy, to tell late answers from new ones
 * @param handOver whether the leader has asked the sender to stand [E6]: then that leader and its followers answer by log
 *     alone
 */
public record ElectionRequest(boolean preVote, long epoch, LogPosition last, long attempt, boolean handOver)
        implements Message {}
