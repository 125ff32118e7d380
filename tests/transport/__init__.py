"""The transports, over a stand-in service and over a real socket."""
