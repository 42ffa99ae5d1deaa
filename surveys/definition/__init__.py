"""What an instrument is: its document, its checks, its expressions and what publication freezes."""
