"""Arabic to English, sentence by sentence, nothing lost."""
