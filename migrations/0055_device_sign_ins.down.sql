drop table device_guesses;
drop table device_sign_ins;
