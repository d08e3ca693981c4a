package io.ngrid.spi.message;

/**
 * LEADERSHIP_TRANSFER: a leader that has stopped admitting asks a voter, which has all of its log, to stand; or that voter
 * says that it could not [E6].
 *
 * @param epoch the leader's epoch, which the transfer would end
 * @param attempt number of the leader's attempt in that epoch; each is obeyed once
 * @param declined false from the leader; true from the voter: E pre-votes were not there, and no epoch was raised
 */
public record LeadershipTransfer(long epoch, long attempt, boolean declined) implements Message {}
