"""What every feature stands on: web, database, jobs, mail, forms, files, languages. It knows no civic words."""
