"""Tests of loadtests/. None imports Locust: it would patch the sockets of every other test of the process."""
