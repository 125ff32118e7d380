"""The simulated national platform: worlds, their population and the outside parties."""
