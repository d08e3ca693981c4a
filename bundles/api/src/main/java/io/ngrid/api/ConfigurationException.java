package io.ngrid.api;

import org.jspecify.annotations.Nullable;

/** A setting, name or address is not valid, or contradicts what the cluster has agreed on. The message names the setting, its value and what is allowed. */
public class ConfigurationException extends NGridException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do about it
     * @param cause the cause, or null
     */
    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
