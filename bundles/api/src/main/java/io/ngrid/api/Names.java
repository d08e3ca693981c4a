package io.ngrid.api;

import java.util.regex.Pattern;

/**
 * The one place that says which names are allowed.
 *
 * <p>Names end up in paths, JMX object names and access-control files, so the alphabet is small: letters, digits,
 * dot, underscore and hyphen.
 */
public final class Names {
    /** Longest node ID, in characters. */
    public static final int MAX_NODE_ID = 64;

    /** Longest queue, map or cluster name, in characters. */
    public static final int MAX_NAME = 128;

    private static final Pattern ALPHABET = Pattern.compile("[A-Za-z0-9._-]+");

    private Names() {}

    /**
     * Checks a queue, map or cluster name.
     *
     * @param what what the name names, for the message, for example {@code "queue"}
     * @param name the name
     * @return the name
     * @throws ConfigurationException if it is empty, longer than {@value #MAX_NAME}, holds another character than
     *     {@code A-Z a-z 0-9 . _ -}, or is {@code "."} or holds {@code ".."}
     */
    public static String check(String what, String name) {
        return check(what, name, MAX_NAME);
    }

    static String check(String what, String name, int max) {
        if (name.length() > max || !ALPHABET.matcher(name).matches() || name.equals(".") || name.contains("..")) {
            throw new ConfigurationException(what + " name '" + name + "' is not allowed: 1 to " + max
                    + " characters out of A-Z a-z 0-9 . _ - and no '..'");
        }
        return name;
    }
}
