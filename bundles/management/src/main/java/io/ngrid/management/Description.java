package io.ngrid.management;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/** What an MXBean, an attribute or an operation is, as JMX clients show it. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Description {
    /**
     * One sentence.
     *
     * @return the sentence
     */
    String value();

    /**
     * The unit of an attribute; JMX clients find it in the descriptor's field {@code units}.
     *
     * @return the unit, or an empty string
     */
    @DescriptorKey("units")
    String unit() default "";

    /**
     * Whether an operation changes nothing.
     *
     * @return true if it only reads
     */
    boolean reads() default false;
}
