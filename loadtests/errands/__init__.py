"""What people come for (办事过程), step by step, without a word about sockets: a visit carries the questions over."""
