package io.ngrid.simulation;

/** A rule was broken. The first one ends the run. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    Violation(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /**
     * The rule.
     *
     * @return its number in the protocol, as [R3]
     */
    public String rule() {
        return rule;
    }
}
