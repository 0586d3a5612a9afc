print("pdu-harness")
