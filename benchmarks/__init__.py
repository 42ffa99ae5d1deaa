"""What speed and memory are measured by; nothing here is asserted in tests."""
