"""What can be read and done over REST, by subject. Rules stand in the services below; here is how JSON tells them."""
