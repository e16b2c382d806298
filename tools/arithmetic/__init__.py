"""The chapters under other arithmetic (`make test-arithmetic`)."""
