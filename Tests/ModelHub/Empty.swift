// Tests of the hub.
